package io.erlmcp.json;

import com.github.victools.jsonschema.generator.Option;
import com.github.victools.jsonschema.generator.OptionPreset;
import com.github.victools.jsonschema.generator.SchemaGeneratorConfigBuilder;
import com.github.victools.jsonschema.generator.SchemaVersion;
import com.github.victools.jsonschema.module.jackson.JacksonOption;
import com.github.victools.jsonschema.module.jackson.JacksonSchemaModule;
import java.lang.reflect.Type;
import java.nio.charset.StandardCharsets;

/**
 * Describes classes that are not records, with the schema library. Apart, so that it is loaded only
 * when needed.
 */
final class ClassSchemas {
    private ClassSchemas() {}

    static JsonObject schemaOf(Type type) {
        try {
            byte[] text =
                    generator().generateSchema(type).toString().getBytes(StandardCharsets.UTF_8);
            return Json.parseObject(text);
        } catch (RuntimeException e) {
            throw new JsonException("no schema for " + type.getTypeName());
        }
    }

    /** A generator of its own for each call, because it is not said to be for several threads. */
    private static com.github.victools.jsonschema.generator.SchemaGenerator generator() {
        return new com.github.victools.jsonschema.generator.SchemaGenerator(
                new SchemaGeneratorConfigBuilder(
                                SchemaVersion.DRAFT_2020_12, OptionPreset.PLAIN_JSON)
                        .with(new JacksonSchemaModule(JacksonOption.RESPECT_JSONPROPERTY_REQUIRED))
                        .with(Option.INLINE_ALL_SCHEMAS)
                        .without(Option.SCHEMA_VERSION_INDICATOR)
                        .build());
    }
}
