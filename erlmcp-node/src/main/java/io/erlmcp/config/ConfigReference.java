package io.erlmcp.config;

import java.util.Iterator;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What is derived from the records for people and editors: {@code docs/config.md} and a JSON
 * Schema.
 */
public final class ConfigReference {
    private static final String PREAMBLE =
            """
            # Configuration

            One YAML file, `./erlmcp serve --config FILE`, read once. A variable of the environment wins over the
            file, a flag over both. Unknown keys are refused. `./erlmcp config check FILE` prints what holds,
            `./erlmcp config schema` a JSON Schema for editors. Durations are written `500ms`, `30s`, `5m`, `1h`,
            `7d`; sizes `512B`, `64KB`, `16MB`, `1GB` (units of 1024); lists in the environment with commas.

            This page is generated from the records in `io.erlmcp.config`.
            """;

    private ConfigReference() {}

    /** The reference in Markdown. */
    public static String markdown() {
        StringBuilder out = new StringBuilder(PREAMBLE);
        List<ConfigKey> all = ConfigKey.all();
        sections(out, all);
        out.append("\n## At the top\n\n");
        table(out, all.stream().filter(it -> it.section().isEmpty() && !it.isSection()).toList());
        for (ConfigKey key : all) {
            Record defaults = key.entryDefaults();
            if (defaults != null) {
                String name = key.path() + ".NAME";
                List<ConfigKey> members = ConfigKey.ofEntry(name + '.', defaults);
                out.append("\n## ").append(name).append("\n\n");
                out.append(key.setting().value()).append("\n\n");
                table(
                        out,
                        members.stream()
                                .filter(it -> it.section().equals(name) && !it.isSection())
                                .toList());
                sections(out, members);
            }
        }
        out.append(
                """

                ## Names of older documents

                The design documents of erlmcp name keys that are others here, or that nothing is like. A file that
                uses one is refused with what is said here.

                | name | here |
                |---|---|
                """);
        for (OldNames.Old old : OldNames.all()) {
            out.append("| `").append(old.name()).append("` | ").append(here(old)).append(" |\n");
        }
        return out.toString();
    }

    private static String here(OldNames.Old old) {
        return switch (old) {
            case OldNames.Moved moved ->
                    "`" + moved.key() + '`' + (moved.note().isEmpty() ? "" : ", " + moved.note());
            case OldNames.Gone gone -> "nothing: " + gone.why();
            case OldNames.Section section -> "the top of the file";
        };
    }

    private static void sections(StringBuilder out, List<ConfigKey> all) {
        all.stream()
                .filter(ConfigKey::isSection)
                .forEach(
                        section -> {
                            out.append("\n## ")
                                    .append(section.path())
                                    .append("\n\n")
                                    .append(section.setting().value())
                                    .append("\n\n");
                            table(
                                    out,
                                    all.stream()
                                            .filter(it -> it.section().equals(section.path()))
                                            .toList());
                        });
    }

    private static void table(StringBuilder out, List<ConfigKey> keys) {
        out.append("| key | what | default | limits | variable |\n|---|---|---|---|---|\n");
        for (ConfigKey key : keys) {
            SettingType type = SettingType.of(key.type());
            out.append("| `").append(key.path()).append("` | ").append(key.setting().value());
            out.append(" | `").append(type.format(key, key.defaultValue())).append("` | ");
            out.append(limits(key)).append(" | ");
            out.append(key.hasVariable() ? "`" + key.variable() + "`" : "").append(" |\n");
        }
    }

    private static String limits(ConfigKey key) {
        Setting setting = key.setting();
        if (SettingType.of(key.type()) == SettingType.CHOICE) {
            return String.join(", ", SettingType.choices(key));
        }
        if (setting.min().isEmpty() && setting.max().isEmpty()) {
            return "";
        }
        return setting.max().isEmpty()
                ? "from " + setting.min()
                : setting.min() + " to " + setting.max();
    }

    /** A JSON Schema (2020-12) of the file. */
    public static String jsonSchema() {
        StringBuilder out =
                new StringBuilder(
                        """
                        {
                          "$schema": "https://json-schema.org/draft/2020-12/schema",
                          "title": "erlmcp.yaml",
                          "type": "object",
                          "additionalProperties": false,
                          "properties": {
                        """);
        List<ConfigKey> all = ConfigKey.all();
        Iterator<ConfigKey> top = all.stream().filter(it -> it.section().isEmpty()).iterator();
        while (top.hasNext()) {
            ConfigKey key = top.next();
            Record entry = key.entryDefaults();
            if (entry != null) {
                out.append("    ").append(entries(key, entry));
            } else if (key.isSection()) {
                section(
                        out,
                        key,
                        all.stream().filter(it -> it.section().equals(key.path())).toList());
            } else {
                out.append("    ").append(property(key));
            }
            out.append(top.hasNext() ? ",\n" : "\n");
        }
        return out.append("  }\n}\n").toString();
    }

    private static void section(StringBuilder out, ConfigKey section, List<ConfigKey> keys) {
        out.append("    \"").append(section.name()).append("\": {\n      \"description\": ");
        out.append(json(section.setting().value()));
        out.append(
                ",\n"
                        + "      \"type\": \"object\",\n"
                        + "      \"additionalProperties\": false,\n"
                        + "      \"properties\": {\n");
        for (int i = 0; i < keys.size(); i++) {
            out.append("        ")
                    .append(property(keys.get(i)))
                    .append(i + 1 < keys.size() ? ",\n" : "\n");
        }
        out.append("      }\n    }");
    }

    /** Objects by name. */
    private static String entries(ConfigKey key, Record defaults) {
        String name = key.path() + ".NAME";
        return "\""
                + key.name()
                + "\": {\"description\": "
                + json(key.setting().value())
                + ", \"type\": \"object\", \"default\": {},"
                + " \"additionalProperties\": "
                + object(ConfigKey.ofEntry(name + '.', defaults), name)
                + "}";
    }

    private static String object(List<ConfigKey> all, String section) {
        return all.stream()
                .filter(it -> it.section().equals(section))
                .map(
                        it ->
                                it.isSection()
                                        ? "\"" + it.name() + "\": " + object(all, it.path())
                                        : property(it))
                .collect(
                        Collectors.joining(
                                ", ",
                                "{\"type\": \"object\", \"additionalProperties\": false,"
                                        + " \"properties\": {",
                                "}}"));
    }

    private static String property(ConfigKey key) {
        SettingType type = SettingType.of(key.type());
        StringBuilder out = new StringBuilder("\"" + key.name() + "\": {\"description\": ");
        out.append(json(key.setting().value()))
                .append(", \"type\": \"")
                .append(type.jsonType())
                .append('"');
        Object value = key.defaultValue();
        switch (type) {
            case NUMBER ->
                    out.append(", \"minimum\": ")
                            .append(key.setting().min())
                            .append(", \"maximum\": ")
                            .append(key.setting().max());
            case DURATION -> out.append(", \"pattern\": \"^[0-9]+(ms|s|m|h|d)$\"");
            case SIZE -> out.append(", \"pattern\": \"^[0-9]+ *([KMG]?B)?$\"");
            case CHOICE ->
                    out.append(", \"enum\": [\"")
                            .append(String.join("\", \"", SettingType.choices(key)))
                            .append("\"]");
            case LIST -> out.append(", \"items\": {\"type\": \"string\"}");
            case TEXTS -> out.append(", \"additionalProperties\": {\"type\": \"string\"}");
            case TEXT, FLAG -> {}
        }
        String shown =
                switch (type) {
                    case NUMBER, FLAG, TEXTS -> type.format(key, value);
                    case LIST ->
                            ((List<?>) value)
                                    .stream()
                                            .map(it -> json(it.toString()))
                                            .collect(Collectors.joining(", ", "[", "]"));
                    default ->
                            json(
                                    type == SettingType.TEXT
                                            ? value.toString()
                                            : type.format(key, value));
                };
        return out.append(", \"default\": ").append(shown).append('}').toString();
    }

    private static String json(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"") + '"';
    }
}
