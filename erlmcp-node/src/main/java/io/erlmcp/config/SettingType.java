package io.erlmcp.config;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** The kinds of value a key may have: how each is written, read, bounded and described. */
enum SettingType {
    TEXT("text", "string"),
    NUMBER("a whole number", "integer"),
    FLAG("true or false", "boolean"),
    DURATION("a duration such as 500ms, 30s, 5m, 1h or 7d", "string"),
    SIZE("a size such as 512B, 64KB, 16MB or 1GB", "string"),
    CHOICE("one of", "string"),
    LIST("a list of texts", "array"),
    TEXTS("texts by name", "object");

    private final String description;
    private final String jsonType;

    SettingType(String description, String jsonType) {
        this.description = description;
        this.jsonType = jsonType;
    }

    static SettingType of(Class<?> type) {
        if (type.isEnum()) {
            return CHOICE;
        }
        return switch (type.getSimpleName()) {
            case "String" -> TEXT;
            case "int" -> NUMBER;
            case "boolean" -> FLAG;
            case "Duration" -> DURATION;
            case "ByteSize" -> SIZE;
            case "List" -> LIST;
            case "Map" -> TEXTS;
            default -> throw new IllegalStateException("no setting can have the type " + type);
        };
    }

    String jsonType() {
        return jsonType;
    }

    String describe(ConfigKey key) {
        return this == CHOICE ? description + " " + String.join(", ", choices(key)) : description;
    }

    static List<String> choices(ConfigKey key) {
        return Arrays.stream(key.type().getEnumConstants())
                .map(it -> ((Enum<?>) it).name().toLowerCase(Locale.ROOT))
                .toList();
    }

    /**
     * The value that {@code raw} (text, or a YAML scalar or list) means.
     *
     * @throws IllegalArgumentException saying what is wrong, without the key
     */
    Object parse(ConfigKey key, Object raw) {
        Object value;
        try {
            value =
                    switch (this) {
                        case TEXT -> scalar(raw);
                        case NUMBER -> Integer.parseInt(scalar(raw).strip());
                        case FLAG -> flag(scalar(raw).strip());
                        case DURATION -> Durations.parse(scalar(raw));
                        case SIZE -> ByteSize.parse(scalar(raw));
                        case CHOICE -> choice(key, scalar(raw).strip());
                        case LIST -> list(raw);
                        case TEXTS -> texts(raw);
                    };
        } catch (IllegalArgumentException | ArithmeticException e) {
            throw new IllegalArgumentException(shown(key, raw) + " is not " + describe(key));
        }
        checkLimits(key, raw, value);
        return value;
    }

    private static String scalar(Object raw) {
        if (raw instanceof List || raw instanceof Map) {
            throw new IllegalArgumentException("no scalar");
        }
        return raw.toString();
    }

    private static Boolean flag(String text) {
        return switch (text) {
            case "true" -> true;
            case "false" -> false;
            default -> throw new IllegalArgumentException(text);
        };
    }

    private static Object choice(ConfigKey key, String text) {
        for (Object constant : key.type().getEnumConstants()) {
            if (((Enum<?>) constant).name().equalsIgnoreCase(text)) {
                return constant;
            }
        }
        throw new IllegalArgumentException(text);
    }

    private static List<String> list(Object raw) {
        if (raw instanceof List<?> items) {
            return items.stream().map(SettingType::scalar).toList();
        }
        if (!(raw instanceof String text)) {
            throw new IllegalArgumentException("no list");
        }
        return Arrays.stream(text.split(","))
                .map(String::strip)
                .filter(it -> !it.isEmpty())
                .toList();
    }

    private static Map<String, String> texts(Object raw) {
        if (!(raw instanceof Map<?, ?> members)) {
            throw new IllegalArgumentException("no texts by name");
        }
        Map<String, String> texts = new LinkedHashMap<>();
        members.forEach((name, value) -> texts.put(String.valueOf(name), scalar(value)));
        return texts;
    }

    private void checkLimits(ConfigKey key, Object raw, Object value) {
        Setting setting = key.setting();
        if (!setting.min().isEmpty() && compare(value, setting.min()) < 0) {
            throw new IllegalArgumentException(
                    shown(key, raw) + " is below the least value " + setting.min());
        }
        if (!setting.max().isEmpty() && compare(value, setting.max()) > 0) {
            throw new IllegalArgumentException(
                    shown(key, raw) + " is above the greatest value " + setting.max());
        }
    }

    private int compare(Object value, String limit) {
        return switch (this) {
            case NUMBER -> ((Integer) value).compareTo(Integer.valueOf(limit));
            case DURATION -> ((Duration) value).compareTo(Durations.parse(limit));
            case SIZE -> ((ByteSize) value).compareTo(ByteSize.parse(limit));
            case TEXT, FLAG, CHOICE, LIST, TEXTS ->
                    throw new IllegalStateException(this + " has no limits");
        };
    }

    private static String shown(ConfigKey key, Object raw) {
        if (key.setting().secret()) {
            return "the value";
        }
        String text = raw.toString();
        return '"' + (text.length() > 80 ? text.substring(0, 80) + "..." : text) + '"';
    }

    /** The value as it is written in the file. */
    String format(ConfigKey key, Object value) {
        return switch (value) {
            case Duration duration -> Durations.format(duration);
            case Enum<?> constant -> constant.name().toLowerCase(Locale.ROOT);
            case List<?> items ->
                    items.stream()
                            .map(it -> key.setting().secret() ? "\"***\"" : quote(it.toString()))
                            .collect(Collectors.joining(", ", "[", "]"));
            case Map<?, ?> texts ->
                    texts.entrySet().stream()
                            .map(
                                    it ->
                                            quote(it.getKey().toString())
                                                    + ": "
                                                    + (key.setting().secret()
                                                            ? "\"***\""
                                                            : quote(it.getValue().toString())))
                            .collect(Collectors.joining(", ", "{", "}"));
            case String text -> key.setting().secret() && !text.isEmpty() ? "\"***\"" : quote(text);
            default -> value.toString();
        };
    }

    private static String quote(String text) {
        if (text.matches("[A-Za-z/][A-Za-z0-9_./-]*")
                && !text.matches("(?i)true|false|null|yes|no|on|off|y|n")) {
            return text;
        }
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
