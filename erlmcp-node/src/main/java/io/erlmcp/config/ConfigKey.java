package io.erlmcp.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * One key of the configuration, read off the records.
 *
 * @param path {@code http.port}
 * @param type the component's type; a record for a section
 * @param defaultValue a value of that type
 */
record ConfigKey(String path, Class<?> type, Setting setting, Object defaultValue) {
    private static final List<ConfigKey> ALL = new ArrayList<>();

    static {
        collect("", NodeConfig.DEFAULTS, ALL);
    }

    /** All keys in the order of the records, sections before what they hold. */
    static List<ConfigKey> all() {
        return List.copyOf(ALL);
    }

    private static void collect(String prefix, Record defaults, List<ConfigKey> into) {
        for (RecordComponent component : defaults.getClass().getRecordComponents()) {
            Object value = read(component, defaults);
            Setting setting = component.getAnnotation(Setting.class);
            if (setting == null) {
                throw new IllegalStateException(component + " has no @Setting");
            }
            ConfigKey key =
                    new ConfigKey(
                            prefix + snakeCase(component.getName()),
                            component.getType(),
                            setting,
                            value);
            into.add(key);
            if (value instanceof Record section && key.isSection()) {
                collect(key.path + ".", section, into);
            }
        }
    }

    static Object read(RecordComponent component, Record record) {
        try {
            return component.getAccessor().invoke(record);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalStateException(component.toString(), e);
        }
    }

    boolean isSection() {
        return type.isRecord() && type != ByteSize.class;
    }

    /** The last part of the path. */
    String name() {
        return path.substring(path.lastIndexOf('.') + 1);
    }

    /** The path of the section it stands in; empty at the top. */
    String section() {
        int dot = path.lastIndexOf('.');
        return dot < 0 ? "" : path.substring(0, dot);
    }

    /** The variable that sets it, such as {@code ERLMCP_HTTP_PORT}. */
    String variable() {
        return "ERLMCP_" + path.toUpperCase(Locale.ROOT).replace('.', '_');
    }

    static String snakeCase(String camelCase) {
        StringBuilder out = new StringBuilder();
        for (int i = 0; i < camelCase.length(); i++) {
            char c = camelCase.charAt(i);
            if (Character.isUpperCase(c)) {
                out.append('_');
            }
            out.append(Character.toLowerCase(c));
        }
        return out.toString();
    }
}
