package io.erlmcp.json;

import java.lang.reflect.GenericArrayType;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.lang.reflect.TypeVariable;
import java.lang.reflect.WildcardType;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Makes the JSON Schema (2020-12) of a Java type, as {@link JacksonBinder} reads and writes it.
 * Records are described here; a class that is neither a record nor known is given to the schema
 * library. A record met once stands where it is used; one met again, or inside itself, stands in
 * {@code $defs}. The root is always plain.
 */
public final class SchemaGenerator {
    private static final String DEFS = "$defs";

    private final Map<Type, Integer> uses = new HashMap<>();
    private final Map<Type, String> names = new HashMap<>();
    private final Map<String, JsonValue> defs = new LinkedHashMap<>();
    private final Type root;

    private SchemaGenerator(Type root) {
        this.root = root;
    }

    /**
     * The schema of {@code type}.
     *
     * @throws JsonException if a type in it has no JSON form that a schema can describe
     */
    public static JsonObject schemaOf(Type type) {
        SchemaGenerator generator = new SchemaGenerator(type);
        generator.count(type);
        JsonObject schema =
                generator.isRecord(type) ? generator.record(type) : generator.schema(type);
        return generator.defs.isEmpty() ? schema : schema.with(DEFS, generator.defs);
    }

    private void count(Type type) {
        if (!isRecord(type)) {
            arguments(type).forEach(this::count);
            return;
        }
        if (uses.merge(type, 1, Integer::sum) == 1) {
            for (RecordComponent component : raw(type).getRecordComponents()) {
                count(resolve(component.getGenericType(), type));
            }
        }
    }

    /** The types inside a container type; none for a simple one. */
    private static List<Type> arguments(Type type) {
        return switch (type) {
            case ParameterizedType generic -> List.of(generic.getActualTypeArguments());
            case GenericArrayType array -> List.of(array.getGenericComponentType());
            case WildcardType wildcard -> List.of(wildcard.getUpperBounds());
            case Class<?> array when array.isArray() -> List.of(array.getComponentType());
            default -> List.of();
        };
    }

    private JsonObject schema(Type type) {
        return switch (type) {
            case Class<?> plain -> ofClass(plain);
            case ParameterizedType generic -> ofGeneric(generic);
            case GenericArrayType array -> arrayOf(array.getGenericComponentType());
            case WildcardType wildcard -> schema(wildcard.getUpperBounds()[0]);
            case TypeVariable<?> variable -> schema(variable.getBounds()[0]);
            default -> throw new JsonException("no schema for " + type);
        };
    }

    private JsonObject ofClass(Class<?> type) {
        if (JavaTypes.isInteger(type)) {
            return JsonObject.of("type", "integer");
        }
        if (JavaTypes.isNumber(type)) {
            return JsonObject.of("type", "number");
        }
        if (JavaTypes.isBoolean(type)) {
            return JsonObject.of("type", "boolean");
        }
        if (type.isEnum()) {
            return JsonObject.of("type", "string", "enum", type.getEnumConstants());
        }
        if (JavaTypes.isText(type)) {
            return JsonObject.builder()
                    .put("type", "string")
                    .putIfPresent("format", JavaTypes.format(type))
                    .build();
        }
        if (type == byte[].class) {
            return JsonObject.of("type", "string", "contentEncoding", "base64");
        }
        if (type.isArray()) {
            return arrayOf(type.getComponentType());
        }
        return ofStructure(type);
    }

    private JsonObject ofStructure(Class<?> type) {
        if (type == Object.class
                || type == JsonValue.class
                || type == JsonSlice.class
                || type == Optional.class) {
            return JsonObject.EMPTY;
        }
        if (type == JsonNull.class || type == void.class || type == Void.class) {
            return JsonObject.of("type", "null");
        }
        if (type == JsonObject.class || Map.class.isAssignableFrom(type)) {
            return JsonObject.of("type", "object");
        }
        if (type == JsonArray.class || Collection.class.isAssignableFrom(type)) {
            return uniqueIfSet(type, JsonObject.of("type", "array"));
        }
        return type.isRecord() ? reference(type) : ClassSchemas.schemaOf(type);
    }

    private JsonObject ofGeneric(ParameterizedType type) {
        Class<?> raw = raw(type);
        Type[] arguments = type.getActualTypeArguments();
        if (raw == Optional.class) {
            return schema(arguments[0]);
        }
        if (Collection.class.isAssignableFrom(raw)) {
            return uniqueIfSet(raw, arrayOf(arguments[0]));
        }
        if (Map.class.isAssignableFrom(raw)) {
            JsonObject values = schema(arguments[1]);
            JsonObject object = JsonObject.of("type", "object");
            return values.isEmpty() ? object : object.with("additionalProperties", values);
        }
        return raw.isRecord() ? reference(type) : ClassSchemas.schemaOf(type);
    }

    private JsonObject arrayOf(Type element) {
        JsonObject items = schema(element);
        JsonObject array = JsonObject.of("type", "array");
        return items.isEmpty() ? array : array.with("items", items);
    }

    private static JsonObject uniqueIfSet(Class<?> type, JsonObject array) {
        return Set.class.isAssignableFrom(type) ? array.with("uniqueItems", true) : array;
    }

    private JsonObject reference(Type type) {
        if (uses.getOrDefault(type, 0) <= 1 && !type.equals(root)) {
            return record(type);
        }
        String name = names.get(type);
        if (name == null) {
            name = freeName(raw(type).getSimpleName());
            names.put(type, name);
            defs.put(name, JsonNull.NULL);
            defs.put(name, record(type));
        }
        return JsonObject.of("$ref", "#/" + DEFS + "/" + name);
    }

    private String freeName(String simpleName) {
        String name = simpleName;
        for (int i = 2; defs.containsKey(name); i++) {
            name = simpleName + i;
        }
        return name;
    }

    private JsonObject record(Type type) {
        Class<?> raw = raw(type);
        JsonObject.Builder properties = JsonObject.builder();
        List<String> required = new ArrayList<>();
        for (RecordComponent component : raw.getRecordComponents()) {
            properties.put(component.getName(), member(component, type));
            if (RecordMembers.isRequired(component)) {
                required.add(component.getName());
            }
        }
        Description description = raw.getAnnotation(Description.class);
        JsonObject.Builder schema = JsonObject.builder().put("type", "object");
        if (description != null && !description.value().isEmpty()) {
            schema.put("description", description.value());
        }
        schema.put("properties", properties.build());
        return required.isEmpty() ? schema.build() : schema.put("required", required).build();
    }

    private JsonObject member(RecordComponent component, Type owner) {
        JsonObject schema = schema(resolve(component.getGenericType(), owner));
        String description = RecordMembers.description(component);
        if (description != null) {
            schema = schema.with("description", description);
        }
        String defaultText = RecordMembers.defaultText(component);
        return defaultText == null
                ? schema
                : schema.with(
                        "default", RecordMembers.defaultValue(component.getType(), defaultText));
    }

    private boolean isRecord(Type type) {
        return (type instanceof Class<?> || type instanceof ParameterizedType)
                && raw(type).isRecord()
                && !JsonValue.class.isAssignableFrom(raw(type));
    }

    private static Class<?> raw(Type type) {
        return type instanceof ParameterizedType generic
                ? (Class<?>) generic.getRawType()
                : (Class<?>) type;
    }

    /**
     * The component's type with the variables of its generic record replaced by what {@code owner}
     * gives them.
     */
    private static Type resolve(Type type, Type owner) {
        return GenericTypes.resolve(type, owner);
    }
}
