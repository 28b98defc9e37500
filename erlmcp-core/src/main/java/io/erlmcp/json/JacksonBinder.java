package io.erlmcp.json;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.lang.reflect.Type;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.databind.AnnotationIntrospector;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JavaType;
import tools.jackson.databind.MapperFeature;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.cfg.CoercionAction;
import tools.jackson.databind.cfg.CoercionInputShape;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.cfg.EnumFeature;
import tools.jackson.databind.cfg.MutableCoercionConfig;
import tools.jackson.databind.introspect.JacksonAnnotationIntrospector;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.type.LogicalType;
import tools.jackson.databind.util.TokenBuffer;

/**
 * Binds with the JSON library. Unknown members are ignored; a component is required unless it is
 * optional, nullable or has a default; nothing is coerced (no number from a string); enums match
 * their name exactly; times are ISO 8601. No type is ever chosen by what the JSON says. Immutable.
 */
public final class JacksonBinder implements JsonBinder {
    public JacksonBinder() {}

    /** The binder that {@link JsonValue#of} uses for records; made when first needed. */
    public static JacksonBinder shared() {
        return Shared.BINDER;
    }

    @Override
    @SuppressWarnings({"TypeParameterUnusedInFormals", "unchecked"})
    public <T> T read(JsonSlice json, Type type) {
        FlatRecord flat = type instanceof Class<?> it ? FlatRecord.find(it) : null;
        Object bound = flat == null ? null : flat.read(json);
        return bound == null ? byLibrary(json, type) : (T) bound;
    }

    /** As {@link #read}, whatever the type. */
    @SuppressWarnings("TypeParameterUnusedInFormals")
    <T> T byLibrary(JsonSlice json, Type type) {
        T read;
        try {
            read =
                    Library.MAPPER.readValue(
                            json.bytes(), json.offset(), json.length(), javaType(type));
        } catch (JacksonException e) {
            throw BindingFault.of(e, json, type);
        }
        if (read == null) {
            throw new JsonException(
                    "expected "
                            + BindingFault.expected(javaType(type).getRawClass())
                            + ", was null");
        }
        return read;
    }

    @Override
    public void write(@Nullable Object value, JsonWriter out) {
        switch (value) {
            case null -> out.nullValue();
            case JsonValue json -> json.writeTo(out);
            case JsonSlice slice -> out.raw(slice);
            case String text -> out.string(text);
            default -> copy(buffer(value), out);
        }
    }

    @Override
    public JsonValue toJson(@Nullable Object value) {
        return switch (value) {
            case null -> JsonNull.NULL;
            case JsonValue json -> json;
            case JsonSlice slice -> slice.value();
            default -> {
                JsonWriter out = new JsonWriter();
                write(value, out);
                yield out.toSlice().value();
            }
        };
    }

    private static JavaType javaType(Type type) {
        return Library.MAPPER.constructType(type);
    }

    private static TokenBuffer buffer(Object value) {
        TokenBuffer tokens = TokenBuffer.forGeneration();
        try {
            Library.MAPPER.writeValue(tokens, value);
        } catch (JacksonException e) {
            throw BindingFault.of(e, value);
        }
        return tokens;
    }

    private static void copy(TokenBuffer tokens, JsonWriter out) {
        try (JsonParser parser = tokens.asParser()) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                copy(token, parser, out);
            }
        }
    }

    private static void copy(JsonToken token, JsonParser parser, JsonWriter out) {
        switch (token) {
            case START_OBJECT -> out.beginObject();
            case END_OBJECT -> out.endObject();
            case START_ARRAY -> out.beginArray();
            case END_ARRAY -> out.endArray();
            case PROPERTY_NAME -> out.name(parser.currentName());
            case VALUE_STRING -> out.string(parser.getString());
            case VALUE_NUMBER_INT -> out.value(new JsonNumber(parser.getString()));
            case VALUE_NUMBER_FLOAT -> copyNumber(parser, out);
            case VALUE_TRUE -> out.bool(true);
            case VALUE_FALSE -> out.bool(false);
            case VALUE_NULL -> out.nullValue();
            case VALUE_EMBEDDED_OBJECT -> copyEmbedded(parser, out);
            case NOT_AVAILABLE -> throw new IllegalStateException("no token");
        }
    }

    private static void copyNumber(JsonParser parser, JsonWriter out) {
        if (parser.isNaN()) {
            throw new JsonException("JSON has no number for " + parser.getString());
        }
        out.value(new JsonNumber(parser.getString()));
    }

    private static void copyEmbedded(JsonParser parser, JsonWriter out) {
        switch (parser.getEmbeddedObject()) {
            case null -> out.nullValue();
            case byte[] bytes -> out.string(Base64.getEncoder().encodeToString(bytes));
            case Object other ->
                    throw new JsonException("no JSON form for " + other.getClass().getSimpleName());
        }
    }

    private static JsonMapper mapper() {
        return JsonMapper.builder(LibraryReader.factory())
                .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                .enable(MapperFeature.INFER_RECORD_GETTERS_FROM_COMPONENTS_ONLY)
                .disable(
                        MapperFeature.ALLOW_COERCION_OF_SCALARS,
                        MapperFeature.SORT_PROPERTIES_ALPHABETICALLY)
                .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
                .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
                .disable(DeserializationFeature.ACCEPT_FLOAT_AS_INT)
                .disable(SerializationFeature.FAIL_ON_EMPTY_BEANS)
                .enable(EnumFeature.FAIL_ON_NUMBERS_FOR_ENUMS)
                .disable(
                        EnumFeature.READ_ENUMS_USING_TO_STRING,
                        EnumFeature.WRITE_ENUMS_USING_TO_STRING)
                .disable(
                        DateTimeFeature.WRITE_DATES_AS_TIMESTAMPS,
                        DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS,
                        DateTimeFeature.ADJUST_DATES_TO_CONTEXT_TIME_ZONE)
                .changeDefaultPropertyInclusion(
                        ignored ->
                                JsonInclude.Value.construct(
                                        JsonInclude.Include.NON_ABSENT, JsonInclude.Include.ALWAYS))
                .withCoercionConfig(LogicalType.Textual, JacksonBinder::refuseScalars)
                .annotationIntrospector(
                        AnnotationIntrospector.pair(
                                new RecordAnnotations(), new JacksonAnnotationIntrospector()))
                .injectableValues(new ComponentDefaults())
                .addModule(JsonValueModule.create())
                .build();
    }

    private static void refuseScalars(MutableCoercionConfig texts) {
        texts.setCoercion(CoercionInputShape.Integer, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Float, CoercionAction.Fail)
                .setCoercion(CoercionInputShape.Boolean, CoercionAction.Fail);
    }

    private static final class Shared {
        static final JacksonBinder BINDER = new JacksonBinder();
    }

    /** The library is set up when first needed: that takes as long as starting the rest. */
    private static final class Library {
        static final JsonMapper MAPPER = mapper();
    }
}
