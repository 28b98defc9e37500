package io.erlmcp.json;

import org.jspecify.annotations.Nullable;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.module.SimpleModule;

/** Lets records have components that are JSON values or slices. */
final class JsonValueModule {
    private JsonValueModule() {}

    static SimpleModule create() {
        SimpleModule module = new SimpleModule("json-values");
        addReader(module, JsonValue.class);
        addReader(module, JsonObject.class);
        addReader(module, JsonArray.class);
        addReader(module, JsonString.class);
        addReader(module, JsonNumber.class);
        addReader(module, JsonBoolean.class);
        addReader(module, JsonNull.class);
        module.addDeserializer(JsonSlice.class, new SliceReader());
        module.addSerializer(JsonValue.class, new ValueWriter());
        module.addSerializer(JsonSlice.class, new SliceWriter());
        return module;
    }

    private static <T extends JsonValue> void addReader(SimpleModule module, Class<T> type) {
        module.addDeserializer(type, new ValueReader<>(type));
    }

    private static final class ValueReader<T extends JsonValue> extends ValueDeserializer<T> {
        private final Class<T> type;

        ValueReader(Class<T> type) {
            this.type = type;
        }

        @Override
        @SuppressWarnings("unchecked")
        public @Nullable T deserialize(JsonParser parser, DeserializationContext context) {
            JsonValue value = LibraryReader.read(parser);
            return type.isInstance(value)
                    ? type.cast(value)
                    : (T) context.handleUnexpectedToken(type, parser);
        }

        @Override
        public @Nullable Object getNullValue(DeserializationContext context) {
            return type.isInstance(JsonNull.NULL) ? JsonNull.NULL : null;
        }

        @Override
        public @Nullable Object getAbsentValue(DeserializationContext context) {
            return null;
        }
    }

    private static final class SliceReader extends ValueDeserializer<JsonSlice> {
        @Override
        public JsonSlice deserialize(JsonParser parser, DeserializationContext context) {
            return JsonSlice.of(LibraryReader.read(parser));
        }

        @Override
        public Object getNullValue(DeserializationContext context) {
            return JsonSlice.of(JsonNull.NULL);
        }

        @Override
        public @Nullable Object getAbsentValue(DeserializationContext context) {
            return null;
        }
    }

    private static final class ValueWriter extends ValueSerializer<JsonValue> {
        @Override
        public void serialize(JsonValue value, JsonGenerator out, SerializationContext context) {
            switch (value) {
                case JsonObject object -> {
                    out.writeStartObject();
                    object.members()
                            .forEach(
                                    (name, member) -> {
                                        out.writeName(name);
                                        serialize(member, out, context);
                                    });
                    out.writeEndObject();
                }
                case JsonArray array -> {
                    out.writeStartArray();
                    array.forEach(element -> serialize(element, out, context));
                    out.writeEndArray();
                }
                case JsonString string -> out.writeString(string.value());
                case JsonNumber number -> out.writeNumber(number.text());
                case JsonBoolean bool -> out.writeBoolean(bool.value());
                case JsonNull none -> out.writeNull();
            }
        }
    }

    private static final class SliceWriter extends ValueSerializer<JsonSlice> {
        @Override
        public void serialize(JsonSlice slice, JsonGenerator out, SerializationContext context) {
            new ValueWriter().serialize(slice.value(), out, context);
        }
    }
}
