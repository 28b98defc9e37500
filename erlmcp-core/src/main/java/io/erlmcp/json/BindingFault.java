package io.erlmcp.json;

import java.lang.reflect.Type;
import java.time.temporal.TemporalAccessor;
import java.time.temporal.TemporalAmount;
import java.util.Collection;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.exc.InputCoercionException;
import tools.jackson.databind.exc.MismatchedInputException;
import tools.jackson.databind.exc.ValueInstantiationException;

/**
 * Says what did not fit in words of JSON: the path, what was expected, what was there. Never a
 * class name.
 */
final class BindingFault {
    private static final Pattern MISSING =
            Pattern.compile("^Missing (?:required )?creator property '([^']*)'");
    private static final int MAX_CONSTANTS = 10;

    private BindingFault() {}

    static JsonException of(JacksonException fault, JsonSlice json, Type type) {
        String path = path(fault.getPath());
        Matcher missing = MISSING.matcher(fault.getOriginalMessage());
        if (missing.find()) {
            String name = missing.group(1);
            String member = path.endsWith(name) ? path : path.isEmpty() ? name : path + "." + name;
            return new JsonException("member '" + JsonException.quote(member) + "' is required");
        }
        String place = path.isEmpty() ? "" : "member '" + JsonException.quote(path) + "': ";
        if (fault.getCause() instanceof JsonException inner) {
            return new JsonException(place + inner.getMessage());
        }
        return switch (fault) {
            case ValueInstantiationException refused ->
                    new JsonException(place + refusal(refused.getCause()));
            case MismatchedInputException mismatch ->
                    new JsonException(
                            place
                                    + "expected "
                                    + expected(mismatch.getTargetType())
                                    + ", was "
                                    + actual(
                                            fault.getPath(),
                                            json.value(),
                                            mismatch.getTargetType()));
            case InputCoercionException overflow ->
                    new JsonException(
                            place
                                    + "expected "
                                    + expected(overflow.getTargetType())
                                    + " within its range, was "
                                    + actual(
                                            fault.getPath(),
                                            json.value(),
                                            overflow.getTargetType()));
            default -> {
                json.value();
                yield new JsonException(place + "does not fit");
            }
        };
    }

    /** A value that cannot be written. */
    static JsonException of(JacksonException fault, Object value) {
        if (fault.getCause() instanceof JsonException inner) {
            return inner;
        }
        String path = path(fault.getPath());
        return new JsonException(
                (path.isEmpty() ? "" : "member '" + path + "': ") + "cannot be written as JSON");
    }

    /** What JSON a Java type is read from. */
    static String expected(@Nullable Class<?> type) {
        if (type == null || JsonValue.class == type || type == Object.class) {
            return "a fitting value";
        }
        if (type.isEnum()) {
            return "one of " + constants(type);
        }
        if (JavaTypes.isInteger(type)) {
            return "integer";
        }
        if (JavaTypes.isNumber(type)) {
            return "number";
        }
        if (JavaTypes.isBoolean(type)) {
            return "boolean";
        }
        if (TemporalAccessor.class.isAssignableFrom(type)
                || TemporalAmount.class.isAssignableFrom(type)) {
            return "string in ISO 8601 form";
        }
        if (JavaTypes.isText(type)) {
            String format = JavaTypes.format(type);
            return format == null ? "string" : "string of format " + format;
        }
        boolean isArray =
                type.isArray()
                        || Collection.class.isAssignableFrom(type)
                        || type == JsonArray.class;
        return isArray ? "array" : "object";
    }

    private static String constants(Class<?> type) {
        Object[] constants = type.getEnumConstants();
        StringBuilder names = new StringBuilder();
        for (int i = 0; i < constants.length && i < MAX_CONSTANTS; i++) {
            names.append(i == 0 ? "" : ", ").append(((Enum<?>) constants[i]).name());
        }
        return names + (constants.length > MAX_CONSTANTS ? ", ..." : "");
    }

    /**
     * The words of a record's own constructor are for its callers; those of any other failure are
     * not.
     */
    private static String refusal(@Nullable Throwable cause) {
        return cause instanceof IllegalArgumentException && cause.getMessage() != null
                ? cause.getMessage()
                : "the value is not allowed";
    }

    private static String actual(
            List<JacksonException.Reference> path, JsonValue root, @Nullable Class<?> wanted) {
        JsonValue value = root;
        for (JacksonException.Reference step : path) {
            value =
                    switch (value) {
                        case JsonObject object when step.getPropertyName() != null ->
                                object.get(step.getPropertyName());
                        case JsonArray array
                                when step.getIndex() >= 0 && step.getIndex() < array.size() ->
                                array.get(step.getIndex());
                        case null, default -> null;
                    };
        }
        return switch (value) {
            case null -> "absent";
            case JsonNumber number -> "number " + JsonException.quote(number.text());
            case JsonString string -> isText(wanted) ? "another string" : "string";
            default -> value.typeName();
        };
    }

    private static boolean isText(@Nullable Class<?> type) {
        return type != null && (JavaTypes.isText(type) || expected(type).startsWith("string"));
    }

    private static String path(List<JacksonException.Reference> steps) {
        StringBuilder path = new StringBuilder();
        for (JacksonException.Reference step : steps) {
            if (step.getPropertyName() != null) {
                path.append(path.isEmpty() ? "" : ".").append(step.getPropertyName());
            } else {
                path.append('[').append(step.getIndex()).append(']');
            }
        }
        return path.toString();
    }
}
