package io.erlmcp.json;

import java.lang.reflect.AnnotatedParameterizedType;
import java.lang.reflect.AnnotatedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * What a record component says about its JSON member; the binder and the schema generator must
 * agree on it.
 */
final class RecordMembers {
    private RecordMembers() {}

    /** Whether the member must be there: not optional, not nullable, without a default. */
    static boolean isRequired(RecordComponent component) {
        return !isOptional(component.getType())
                && !isNullable(component)
                && defaultText(component) == null;
    }

    static boolean isOptional(Class<?> type) {
        return type == Optional.class
                || type == OptionalInt.class
                || type == OptionalLong.class
                || type == OptionalDouble.class;
    }

    static boolean isNullable(RecordComponent component) {
        return component.getAnnotatedType().isAnnotationPresent(Nullable.class)
                || component.isAnnotationPresent(Nullable.class);
    }

    /** Whether the elements of a collection, or the values of a map, may be null. */
    static boolean allowsNullElements(RecordComponent component) {
        if (!(component.getAnnotatedType() instanceof AnnotatedParameterizedType generic)) {
            return true;
        }
        AnnotatedType[] arguments = generic.getAnnotatedActualTypeArguments();
        AnnotatedType element = arguments[arguments.length - 1];
        Type type = element.getType();
        return element.isAnnotationPresent(Nullable.class)
                || type == JsonValue.class
                || type == JsonSlice.class
                || type == Object.class;
    }

    static @Nullable String description(RecordComponent component) {
        Description description = component.getAnnotation(Description.class);
        return description == null || description.value().isEmpty() ? null : description.value();
    }

    static @Nullable String defaultText(RecordComponent component) {
        Description description = component.getAnnotation(Description.class);
        return description == null || description.defaultValue().isEmpty()
                ? null
                : description.defaultValue();
    }

    /**
     * The default as JSON: its text as it stands where the type is written as a string, else
     * parsed.
     */
    static JsonValue defaultValue(Class<?> type, String text) {
        return JavaTypes.isText(type) ? new JsonString(text) : Json.parse(text);
    }
}
