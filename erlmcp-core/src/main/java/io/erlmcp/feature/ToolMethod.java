package io.erlmcp.feature;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonBinder;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNull;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.SchemaGenerator;
import io.erlmcp.protocol.ToolAnnotations;
import java.lang.reflect.Parameter;
import java.lang.reflect.Type;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a method with {@link Tool} into a tool. */
final class ToolMethod {
    private static final String DEFS = "$defs";

    private final BeanMethod method;
    private final JsonBinder binder;
    private final List<BeanMethod.Source<JsonSlice>> sources = new ArrayList<>();
    private final Map<String, JsonValue> properties = new LinkedHashMap<>();
    private final Map<String, JsonValue> defs = new LinkedHashMap<>();
    private final List<String> required = new ArrayList<>();

    private ToolMethod(BeanMethod method, JsonBinder binder) {
        this.method = method;
        this.binder = binder;
    }

    static ToolSpec spec(BeanMethod method, Tool tool, JsonBinder binder) {
        return new ToolMethod(method, binder).spec(tool);
    }

    private ToolSpec spec(Tool tool) {
        JsonObject inputSchema = bindParameters();
        JsonObject outputSchema = outputSchema();
        boolean structured = outputSchema != null;
        ToolAnnotations hints =
                new ToolAnnotations(
                        null,
                        tool.readOnly().value(),
                        tool.destructive().value(),
                        tool.idempotent().value(),
                        tool.openWorld().value());
        io.erlmcp.protocol.Tool definition =
                new io.erlmcp.protocol.Tool(
                        tool.name().isEmpty() ? method.name() : tool.name(),
                        AnnotatedFeatures.orNull(tool.title()),
                        AnnotatedFeatures.orNull(tool.description()),
                        inputSchema,
                        outputSchema,
                        hints,
                        List.of(),
                        JsonObject.EMPTY);
        List<BeanMethod.Source<JsonSlice>> all = List.copyOf(sources);
        ToolSpec spec =
                ToolSpec.of(
                        definition,
                        (arguments, context) ->
                                ToolResults.of(
                                        method.call(all, arguments, context), structured, binder));
        spec = spec.priority(tool.priority());
        spec = spec.taskSupport(tool.taskSupport());
        if (tool.beginsTaskItself()) {
            spec = spec.beginsTaskItself();
        }
        if (tool.nonBlocking()) {
            spec = spec.nonBlocking();
        }
        return tool.timeoutMillis() == 0
                ? spec
                : spec.timeout(Duration.ofMillis(tool.timeoutMillis()));
    }

    private @Nullable JsonObject outputSchema() {
        try {
            return ToolResults.schemaOf(method.returnType());
        } catch (JsonException e) {
            throw method.wrong("its result has no schema: " + e.getMessage());
        }
    }

    /** Fills {@code sources}, and returns the input schema. */
    private JsonObject bindParameters() {
        List<Parameter> arguments =
                method.parameters().stream().filter(it -> !BeanMethod.isContext(it)).toList();
        boolean isWhole = arguments.size() == 1 && isWhole(arguments.getFirst());
        for (Parameter parameter : method.parameters()) {
            if (BeanMethod.isContext(parameter)) {
                sources.add((input, context) -> context);
            } else if (isWhole) {
                Type type = parameter.getParameterizedType();
                sources.add((input, context) -> ToolSpec.bind(input, type, binder));
            } else {
                addMember(parameter);
            }
        }
        if (isWhole) {
            return schemaOf(arguments.getFirst(), arguments.getFirst().getParameterizedType());
        }
        JsonObject.Builder schema = JsonObject.builder().put("type", "object");
        if (!properties.isEmpty()) {
            schema.put("properties", properties);
        }
        if (!required.isEmpty()) {
            schema.put("required", required);
        }
        if (!defs.isEmpty()) {
            schema.put(DEFS, defs);
        }
        return schema.build();
    }

    private static boolean isWhole(Parameter parameter) {
        return parameter.getType().isRecord()
                && !JsonValue.class.isAssignableFrom(parameter.getType())
                && !parameter.isAnnotationPresent(Arg.class)
                && !BeanMethod.isOptional(parameter);
    }

    private void addMember(Parameter parameter) {
        String name = method.nameOf(parameter);
        Type type = method.valueType(parameter);
        Arg arg = parameter.getAnnotation(Arg.class);
        JsonObject schema = withoutDefs(name, schemaOf(parameter, type));
        if (arg != null && !arg.description().isEmpty()) {
            schema = schema.with("description", arg.description());
        }
        JsonSlice defaultValue = null;
        if (arg != null && !arg.defaultValue().isEmpty()) {
            JsonValue value = defaultValue(name, arg.defaultValue(), schema, type);
            schema = schema.with("default", value);
            defaultValue = JsonSlice.of(value);
        }
        boolean isOptional = BeanMethod.isOptional(parameter);
        if (isOptional && defaultValue == null && parameter.getType().isPrimitive()) {
            throw method.wrong(
                    "parameter "
                            + name
                            + " is not required, so a "
                            + parameter.getType()
                            + " needs a default value");
        }
        if (properties.put(name, schema) != null) {
            throw method.wrong("two parameters are named " + name);
        }
        if (!isOptional) {
            required.add(name);
        }
        sources.add(
                member(
                        name,
                        type,
                        parameter.getType() == Optional.class,
                        isOptional,
                        defaultValue));
    }

    private BeanMethod.Source<JsonSlice> member(
            String name,
            Type type,
            boolean wrap,
            boolean isOptional,
            @Nullable JsonSlice defaultValue) {
        return (input, context) -> {
            JsonValue sent = input.object().get(name);
            JsonSlice json =
                    sent == null || sent instanceof JsonNull ? defaultValue : JsonSlice.of(sent);
            if (json == null && !isOptional) {
                throw new ToolFailure("Invalid arguments: member '" + name + "' is missing");
            }
            Object value = json == null ? null : read(name, json, type);
            return wrap ? Optional.ofNullable(value) : value;
        };
    }

    private Object read(String name, JsonSlice json, Type type) {
        try {
            return binder.read(json, type);
        } catch (JsonException e) {
            throw new ToolFailure("Invalid arguments: member '" + name + "': " + e.getMessage(), e);
        }
    }

    private JsonObject schemaOf(Parameter parameter, Type type) {
        try {
            return SchemaGenerator.schemaOf(type);
        } catch (JsonException e) {
            throw method.wrong(
                    "parameter " + method.nameOf(parameter) + " has no schema: " + e.getMessage());
        }
    }

    /** The schema with its definitions moved to the tool's, where its references look for them. */
    private JsonObject withoutDefs(String name, JsonObject schema) {
        JsonObject own = schema.object(DEFS).orElse(JsonObject.EMPTY);
        own.members()
                .forEach(
                        (key, value) -> {
                            JsonValue other = defs.putIfAbsent(key, value);
                            if (other != null && !other.equals(value)) {
                                throw method.wrong(
                                        "parameter "
                                                + name
                                                + " uses another "
                                                + key
                                                + " than the parameters before it");
                            }
                        });
        return schema.without(DEFS);
    }

    private JsonValue defaultValue(String name, String text, JsonObject schema, Type type) {
        boolean isText = schema.string("type").filter("string"::equals).isPresent();
        try {
            JsonValue value = isText ? new JsonString(text) : Json.parse(text);
            binder.read(JsonSlice.of(value), type);
            return value;
        } catch (JsonException e) {
            throw method.wrong(
                    "default value of parameter " + name + " does not fit: " + e.getMessage());
        }
    }
}
