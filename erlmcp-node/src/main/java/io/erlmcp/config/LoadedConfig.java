package io.erlmcp.config;

import java.util.List;
import java.util.Map;

/**
 * A configuration and where it came from.
 *
 * @param sources for each key that is not at its default, who set it: {@code erlmcp.yaml}, {@code
 *     ERLMCP_HTTP_PORT}
 * @param warnings one line each, for stderr
 * @param values the value of each key
 */
public record LoadedConfig(
        NodeConfig config,
        Map<String, String> sources,
        List<String> warnings,
        Map<String, Object> values) {
    public LoadedConfig {
        sources = Map.copyOf(sources);
        warnings = List.copyOf(warnings);
        values = Map.copyOf(values);
    }

    public boolean isSet(String path) {
        return sources.containsKey(path);
    }

    /**
     * The effective configuration as a file, secrets masked, with a comment at what is not a
     * default.
     */
    public String toYaml() {
        StringBuilder out = new StringBuilder();
        for (ConfigKey key : ConfigKey.all()) {
            if (key.entryDefaults() != null) {
                entries(out, key);
                continue;
            }
            if (key.isSection()) {
                out.append(key.path()).append(":\n");
                continue;
            }
            Object value = values.get(key.path());
            out.append(key.section().isEmpty() ? "" : "  ")
                    .append(key.name())
                    .append(": ")
                    .append(
                            SettingType.of(key.type())
                                    .format(key, value == null ? key.defaultValue() : value));
            String source = sources.get(key.path());
            out.append(source == null ? "" : "   # from " + source).append('\n');
        }
        return out.toString();
    }

    private void entries(StringBuilder out, ConfigKey key) {
        if (!(values.get(key.path()) instanceof Map<?, ?> entries) || entries.isEmpty()) {
            out.append(key.name()).append(": {}\n");
            return;
        }
        out.append(key.name()).append(":   # from ").append(sources.get(key.path())).append('\n');
        entries.forEach(
                (name, entry) -> {
                    out.append("  ").append(name).append(":\n");
                    String prefix = key.path() + '.' + name + '.';
                    for (ConfigKey member : ConfigKey.ofEntry(prefix, (Record) entry)) {
                        long depth = member.path().chars().filter(c -> c == '.').count();
                        out.append("  ".repeat((int) depth)).append(member.name()).append(':');
                        if (!member.isSection()) {
                            Object value = member.defaultValue();
                            out.append(' ')
                                    .append(SettingType.of(member.type()).format(member, value));
                        }
                        out.append('\n');
                    }
                });
    }
}
