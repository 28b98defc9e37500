package io.erlmcp.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;
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
    private final Supplier<Record> root;

    static {
        collect("", null, NodeConfig.class, () -> NodeConfig.DEFAULTS, ALL);
    }

    private ConfigKey(
            String path,
            RecordComponent component,
            @Nullable ConfigKey parent,
            Supplier<Record> root) {
        this.path = path;
        this.component = component;
        this.parent = parent;
        this.root = root;
    }

    /** All keys in the order of the records, sections before what they hold. */
    static List<ConfigKey> all() {
        return List.copyOf(ALL);
    }

    /**
     * The keys of one entry of a key that holds entries by name.
     *
     * @param prefix such as {@code upstreams.github.}
     * @param values the record whose members are the default values
     */
    static List<ConfigKey> ofEntry(String prefix, Record values) {
        List<ConfigKey> keys = new ArrayList<>();
        collect(prefix, null, values.getClass(), () -> values, keys);
        return keys;
    }

    private static void collect(
            String prefix,
            @Nullable ConfigKey parent,
            Class<?> type,
            Supplier<Record> root,
            List<ConfigKey> into) {
        for (RecordComponent component : type.getRecordComponents()) {
            ConfigKey key =
                    new ConfigKey(prefix + snakeCase(component.getName()), component, parent, root);
            into.add(key);
            if (key.isSection()) {
                collect(key.path + '.', key, key.type(), root, into);
            }
        }
    }

    /** What an entry is when nothing is said; null for keys that hold no entries by name. */
    @Nullable Record entryDefaults() {
        if (type() != Map.class
                || !(component.getGenericType() instanceof ParameterizedType map)
                || !(map.getActualTypeArguments()[1] instanceof Class<?> entry)
                || !entry.isRecord()) {
            return null;
        }
        try {
            return (Record) entry.getField("DEFAULTS").get(null);
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(entry + " has no DEFAULTS", e);
        }
    }

    /** Whether a variable of the environment can set it: not one in an entry with a name. */
    boolean hasVariable() {
        return !isSection() && !path.startsWith("upstreams");
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
        return read(component, parent == null ? root.get() : (Record) parent.defaultValue());
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
