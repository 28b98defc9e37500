package io.erlmcp.config;

import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Reads the configuration once: flags win over the environment, that over the file, that over the
 * defaults. All problems are reported at once.
 */
public final class ConfigLoader {
    private static final String PREFIX = "ERLMCP_";
    // For the launcher, and set by Kubernetes for a service that is called erlmcp.
    private static final Set<String> FOREIGN =
            Set.of("ERLMCP_JAVA_OPTS", "ERLMCP_LAUNCH", "ERLMCP_HOME", "ERLMCP_CONFIG");

    private final List<String> problems = new ArrayList<>();
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, Object> values = new LinkedHashMap<>();
    private final Map<String, String> sources = new LinkedHashMap<>();
    private final Map<String, ConfigKey> keys = new LinkedHashMap<>();

    private ConfigLoader(List<ConfigKey> known) {
        known.forEach(key -> keys.put(key.path(), key));
    }

    /**
     * @param file the file, or null for none
     * @param environment all variables; those of other programs are ignored
     * @param flags by key path, such as {@code http.port}
     */
    public static LoadedConfig load(
            @Nullable Path file, Map<String, String> environment, Map<String, String> flags)
            throws ConfigException {
        ConfigLoader loader = new ConfigLoader(ConfigKey.all());
        if (file != null) {
            loader.readSection("", ConfigFile.read(file), file.toString());
        }
        loader.readEnvironment(environment);
        flags.forEach((path, text) -> loader.set(path, text, "--" + flagName(path)));
        return loader.finish();
    }

    private static String flagName(String path) {
        return switch (path) {
            case "http.host" -> "host";
            case "http.port" -> "port";
            default -> path.replace('.', '-');
        };
    }

    private void readSection(String prefix, Map<String, Object> members, String source) {
        members.forEach(
                (name, raw) -> {
                    String path = prefix + name;
                    ConfigKey key = keys.get(path);
                    if (key == null) {
                        unknown(prefix, name, raw, source);
                    } else if (key.entryDefaults() != null) {
                        readEntries(key, key.entryDefaults(), raw, source);
                    } else if (!key.isSection()) {
                        set(path, raw, source);
                    } else if (raw instanceof Map<?, ?> section) {
                        readMembers(path + ".", section, source);
                    } else {
                        problems.add(
                                source
                                        + ": "
                                        + path
                                        + ": holds keys, not a value; allowed keys: "
                                        + allowed(path + "."));
                    }
                });
    }

    private void unknown(String prefix, String name, Object raw, String source) {
        String path = prefix + name;
        String old = OldNames.message(path).orElse(null);
        String problem = old != null ? old : "no such key" + hint(prefix, name);
        problems.add(source + ": " + path + ": " + problem);
        if (OldNames.isSection(path) && raw instanceof Map<?, ?> members) {
            for (Object member : members.keySet()) {
                OldNames.message(path + '.' + member)
                        .ifPresent(
                                it ->
                                        problems.add(
                                                source + ": " + path + '.' + member + ": " + it));
            }
        }
    }

    /** Each entry is read as a configuration of its own. */
    private void readEntries(ConfigKey key, Record defaults, Object raw, String source) {
        if (!(raw instanceof Map<?, ?> entries)) {
            problems.add(source + ": " + key.path() + ": holds entries by name, not a value");
            return;
        }
        Map<String, Record> read = new LinkedHashMap<>();
        entries.forEach(
                (name, members) -> {
                    String path = key.path() + '.' + name;
                    if (!name.toString().matches("[A-Za-z0-9_-]{1,50}")) {
                        problems.add(
                                source
                                        + ": "
                                        + path
                                        + ": a name has 1 to 50 letters, digits, '_' and '-'");
                    } else if (members instanceof Map<?, ?> section) {
                        ConfigLoader inner =
                                new ConfigLoader(ConfigKey.ofEntry(path + '.', defaults));
                        inner.readMembers(path + '.', section, source);
                        inner.refuseBeside();
                        read.put(
                                name.toString(),
                                inner.build(path + '.', defaults.getClass(), defaults));
                        problems.addAll(inner.problems);
                    } else {
                        problems.add(source + ": " + path + ": holds keys, not a value");
                    }
                });
        values.put(key.path(), read);
        sources.put(key.path(), source);
    }

    /** What was given beside a key with which it means nothing. */
    private void refuseBeside() {
        for (String path : values.keySet()) {
            ConfigKey key = keys.get(path);
            if (key == null || key.isSection() || key.setting().notBeside().isEmpty()) {
                continue;
            }
            String other = key.section() + '.' + key.setting().notBeside();
            if (values.containsKey(other)) {
                problems.add(
                        withSource(
                                path
                                        + ": means nothing beside "
                                        + other
                                        + ": "
                                        + key.setting().because()));
            }
        }
    }

    private void readMembers(String prefix, Map<?, ?> section, String source) {
        Map<String, Object> members = new LinkedHashMap<>();
        section.forEach((k, v) -> members.put(String.valueOf(k), v));
        readSection(prefix, members, source);
    }

    private void readEnvironment(Map<String, String> environment) {
        Map<String, ConfigKey> byVariable = new TreeMap<>();
        keys.values().stream()
                .filter(ConfigKey::hasVariable)
                .forEach(it -> byVariable.put(it.variable(), it));
        new TreeMap<>(environment)
                .forEach(
                        (variable, text) -> {
                            ConfigKey key = byVariable.get(variable);
                            if (key != null && !text.isEmpty()) {
                                set(key.path(), text, variable);
                            } else if (key == null && isOurs(variable)) {
                                warnings.add(
                                        variable
                                                + ": ignored, no key has this name"
                                                + hint(variable, byVariable.keySet()));
                            }
                        });
    }

    private static String hint(String variable, Set<String> known) {
        String name = variable.substring(PREFIX.length()).toLowerCase(Locale.ROOT);
        return OldNames.message(name)
                .or(() -> NearestMatch.of(variable, known).map(it -> "did you mean " + it + "?"))
                .map(it -> "; " + it)
                .orElse("");
    }

    private static boolean isOurs(String variable) {
        return variable.startsWith(PREFIX)
                && !FOREIGN.contains(variable)
                && !variable.startsWith("ERLMCP_SERVICE_")
                && !variable.startsWith("ERLMCP_PORT");
    }

    private void set(String path, Object raw, String source) {
        ConfigKey key = keys.get(path);
        if (key == null) {
            throw new IllegalArgumentException("no such key: " + path);
        }
        try {
            values.put(path, SettingType.of(key.type()).parse(key, raw));
            sources.put(path, source);
        } catch (IllegalArgumentException e) {
            problems.add(source + ": " + path + ": " + e.getMessage());
        }
    }

    private String hint(String prefix, String name) {
        List<String> siblings = siblings(prefix);
        Optional<String> nearest = NearestMatch.of(name, siblings).map(it -> prefix + it);
        Optional<String> elsewhere =
                keys.values().stream()
                        .filter(it -> it.name().equals(name))
                        .map(ConfigKey::path)
                        .findFirst();
        return elsewhere.or(() -> nearest).map(it -> "; did you mean " + it + "?").orElse("")
                + " (allowed "
                + (prefix.isEmpty()
                        ? "at the top"
                        : "in " + prefix.substring(0, prefix.length() - 1))
                + ": "
                + String.join(", ", siblings)
                + ")";
    }

    private String allowed(String prefix) {
        return String.join(", ", siblings(prefix));
    }

    private List<String> siblings(String prefix) {
        String section = prefix.isEmpty() ? "" : prefix.substring(0, prefix.length() - 1);
        return keys.values().stream()
                .filter(it -> it.section().equals(section))
                .map(ConfigKey::name)
                .toList();
    }

    private LoadedConfig finish() throws ConfigException {
        failIfProblems();
        if (Integer.valueOf(0).equals(values.get("http.port"))
                && !values.containsKey("admin.port")) {
            values.put("admin.port", 0);
            sources.put("admin.port", "http.port 0");
        }
        NodeConfig config = (NodeConfig) build("", NodeConfig.class, NodeConfig.DEFAULTS);
        failIfProblems();
        return new LoadedConfig(config, sources, warnings, values);
    }

    private void failIfProblems() throws ConfigException {
        if (!problems.isEmpty()) {
            throw new ConfigException(problems);
        }
    }

    private Record build(String prefix, Class<? extends Record> type, Record defaults) {
        if (values.keySet().stream().noneMatch(path -> path.startsWith(prefix))) {
            return defaults;
        }
        RecordComponent[] components = type.getRecordComponents();
        Object[] arguments = new Object[components.length];
        for (int i = 0; i < components.length; i++) {
            String path = prefix + ConfigKey.snakeCase(components[i].getName());
            Object fallback = ConfigKey.read(components[i], defaults);
            Object value = values.getOrDefault(path, fallback);
            arguments[i] =
                    fallback instanceof Record section && !(fallback instanceof ByteSize)
                            ? build(path + ".", section.getClass(), section)
                            : value;
        }
        try {
            Class<?>[] types =
                    Arrays.stream(components)
                            .map(RecordComponent::getType)
                            .toArray(Class<?>[]::new);
            Constructor<? extends Record> constructor = type.getDeclaredConstructor(types);
            return constructor.newInstance(arguments);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            problems.add(withSource(prefix + cause.getMessage()));
            return defaults;
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException(type.getName(), e);
        }
    }

    /**
     * A record's own check begins its message with the name of the key; what is within an entry
     * comes from where the entry does.
     */
    private String withSource(String problem) {
        String path = problem.split("[:\\[]", 2)[0];
        String source = sources.get(path);
        for (int dot = path.lastIndexOf('.'); source == null && dot > 0; ) {
            path = path.substring(0, dot);
            source = sources.get(path);
            dot = path.lastIndexOf('.');
        }
        return source == null ? problem : source + ": " + problem;
    }
}
