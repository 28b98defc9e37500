package io.erlmcp.cli;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonBoolean;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One field of a form: what the person is shown, and what a typed line means.
 *
 * @param choices the values of an enumeration, empty when any value will do
 */
record FormField(String name, JsonObject schema, boolean isRequired, List<Choice> choices) {
    /** One value of an enumeration with the words for it. */
    record Choice(String value, String title) {}

    static FormField of(String name, JsonObject schema, boolean isRequired) {
        boolean isMany = "array".equals(text(schema, "type"));
        JsonObject holder =
                isMany && schema.get("items") instanceof JsonObject items ? items : schema;
        return new FormField(name, schema, isRequired, choicesOf(holder));
    }

    private static List<Choice> choicesOf(JsonObject schema) {
        List<Choice> choices = new ArrayList<>();
        JsonValue titled = schema.has("oneOf") ? schema.get("oneOf") : schema.get("anyOf");
        if (titled instanceof JsonArray options) {
            for (JsonValue option : options) {
                if (option instanceof JsonObject object
                        && object.get("const") instanceof JsonString value) {
                    String title = text(object, "title");
                    choices.add(new Choice(value.value(), title == null ? value.value() : title));
                }
            }
        }
        if (schema.get("enum") instanceof JsonArray values) {
            JsonArray names =
                    schema.get("enumNames") instanceof JsonArray array ? array : JsonArray.EMPTY;
            for (int i = 0; i < values.size(); i++) {
                String value = plain(values.get(i));
                choices.add(new Choice(value, i < names.size() ? plain(names.get(i)) : value));
            }
        }
        return choices;
    }

    boolean isMany() {
        return "array".equals(text(schema, "type"));
    }

    @Nullable JsonValue defaultValue() {
        return schema.get("default");
    }

    /** The lines shown before the answer is read. */
    String prompt() {
        StringBuilder out = new StringBuilder();
        String title = text(schema, "title");
        out.append(Terminal.printable(title == null ? name : title));
        String description = text(schema, "description");
        if (description != null) {
            out.append(" - ").append(Terminal.printable(description));
        }
        for (int i = 0; i < choices.size(); i++) {
            out.append("\n  ")
                    .append(i + 1)
                    .append(") ")
                    .append(Terminal.printable(choices.get(i).title()));
        }
        out.append(choices.isEmpty() ? " (" : "\n(").append(kind());
        JsonValue preset = defaultValue();
        if (preset != null) {
            out.append(", empty: ").append(Terminal.printable(plain(preset)));
        } else if (!isRequired) {
            out.append(", may be left empty");
        }
        return out.append("): ").toString();
    }

    private String kind() {
        if (!choices.isEmpty()) {
            return isMany() ? "numbers, with commas" : "a number";
        }
        String type = text(schema, "type");
        String format = text(schema, "format");
        return switch (type == null ? "string" : type) {
            case "integer" -> "a whole number" + range();
            case "number" -> "a number" + range();
            case "boolean" -> "y or n";
            default -> format == null ? "text" : format;
        };
    }

    private String range() {
        JsonValue min = schema.get("minimum");
        JsonValue max = schema.get("maximum");
        if (min == null && max == null) {
            return "";
        }
        return (min == null ? "" : " from " + min) + (max == null ? "" : " to " + max);
    }

    /**
     * What the typed line means.
     *
     * @throws IllegalArgumentException saying what is wrong with it
     */
    JsonValue read(String line) {
        String typed = line.strip();
        if (isMany()) {
            List<JsonValue> values = new ArrayList<>();
            for (String part : typed.split(",")) {
                values.add(new JsonString(choose(part.strip())));
            }
            return checkItems(JsonArray.of(values.toArray()));
        }
        if (!choices.isEmpty()) {
            return new JsonString(choose(typed));
        }
        String type = text(schema, "type");
        return switch (type == null ? "string" : type) {
            case "integer" -> number(typed, true);
            case "number" -> number(typed, false);
            case "boolean" -> bool(typed);
            default -> checkText(typed);
        };
    }

    private String choose(String typed) {
        if (choices.isEmpty()) {
            return typed;
        }
        for (Choice choice : choices) {
            if (choice.value().equals(typed) || choice.title().equalsIgnoreCase(typed)) {
                return choice.value();
            }
        }
        if (typed.matches("[0-9]{1,4}")) {
            int number = Integer.parseInt(typed);
            if (number >= 1 && number <= choices.size()) {
                return choices.get(number - 1).value();
            }
        }
        throw new IllegalArgumentException(
                "\"" + typed + "\" is none of the choices 1 to " + choices.size());
    }

    private JsonArray checkItems(JsonArray values) {
        limit("minItems")
                .filter(least -> values.size() < least)
                .ifPresent(
                        least -> {
                            throw new IllegalArgumentException(
                                    "needs at least " + least.longValue() + " choices");
                        });
        limit("maxItems")
                .filter(most -> values.size() > most)
                .ifPresent(
                        most -> {
                            throw new IllegalArgumentException(
                                    "takes at most " + most.longValue() + " choices");
                        });
        return values;
    }

    private JsonValue number(String typed, boolean isWhole) {
        JsonNumber number;
        try {
            number = new JsonNumber(typed);
        } catch (JsonException e) {
            throw new IllegalArgumentException("\"" + typed + "\" is not " + kind(), e);
        }
        double value = number.doubleValue();
        boolean isInside =
                limit("minimum").map(min -> value >= min).orElse(true)
                        && limit("maximum").map(max -> value <= max).orElse(true);
        if (!isInside || (isWhole && !number.isInteger())) {
            throw new IllegalArgumentException(typed + " is not " + kind());
        }
        return number;
    }

    private static JsonValue bool(String typed) {
        return switch (typed.toLowerCase(Locale.ROOT)) {
            case "y", "yes", "true" -> JsonBoolean.of(true);
            case "n", "no", "false" -> JsonBoolean.of(false);
            default -> throw new IllegalArgumentException("\"" + typed + "\" is not y or n");
        };
    }

    private JsonValue checkText(String typed) {
        int length = typed.codePointCount(0, typed.length());
        boolean isInside =
                limit("minLength").map(min -> length >= min).orElse(true)
                        && limit("maxLength").map(max -> length <= max).orElse(true);
        if (!isInside) {
            throw new IllegalArgumentException(
                    "the text has "
                            + length
                            + " characters, allowed are "
                            + limit("minLength").map(Double::longValue).orElse(0L)
                            + " to "
                            + limit("maxLength").map(it -> "" + it.longValue()).orElse("any"));
        }
        if ("email".equals(text(schema, "format")) && !typed.matches("[^@\\s]+@[^@\\s]+")) {
            throw new IllegalArgumentException("\"" + typed + "\" is not an e-mail address");
        }
        return new JsonString(typed);
    }

    private Optional<Double> limit(String name) {
        return schema.get(name) instanceof JsonNumber number
                ? Optional.of(number.doubleValue())
                : Optional.empty();
    }

    private static @Nullable String text(JsonObject object, String name) {
        return object.get(name) instanceof JsonString text ? text.value() : null;
    }

    private static String plain(JsonValue value) {
        return value instanceof JsonString text ? text.value() : value.toJson();
    }
}
