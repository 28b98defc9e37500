package io.erlmcp.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * One key of the configuration, read off the records. What it means and its default are looked up
 * when asked for: a start needs neither for most keys, and reflection is slow on first use.
 */
final class ConfigKey {
    private static final List<ConfigKey> ALL = new ArrayList<>();

    private final String path;
    private final RecordComponent component;
    private final @Nullable ConfigKey parent;

    static {
        collect(null, NodeConfig.class, ALL);
    }

    private ConfigKey(String path, RecordComponent component, @Nullable ConfigKey parent) {
        this.path = path;
        this.component = component;
        this.parent = parent;
    }

    /** All keys in the order of the records, sections before what they hold. */
    static List<ConfigKey> all() {
        return List.copyOf(ALL);
    }

    private static void collect(@Nullable ConfigKey parent, Class<?> type, List<ConfigKey> into) {
        String prefix = parent == null ? "" : parent.path + '.';
        for (RecordComponent component : type.getRecordComponents()) {
            ConfigKey key =
                    new ConfigKey(prefix + snakeCase(component.getName()), component, parent);
            into.add(key);
            if (key.isSection()) {
                collect(key, key.type(), into);
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

    /** Such as {@code http.port}. */
    String path() {
        return path;
    }

    /** The component's type; a record for a section. */
    Class<?> type() {
        return component.getType();
    }

    Setting setting() {
        Setting setting = component.getAnnotation(Setting.class);
        if (setting == null) {
            throw new IllegalStateException(path + " has no @Setting");
        }
        return setting;
    }

    /** A value of its type. */
    Object defaultValue() {
        return read(
                component, parent == null ? NodeConfig.DEFAULTS : (Record) parent.defaultValue());
    }

    boolean isSection() {
        return type().isRecord() && type() != ByteSize.class;
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

    @Override
    public String toString() {
        return path;
    }
}
