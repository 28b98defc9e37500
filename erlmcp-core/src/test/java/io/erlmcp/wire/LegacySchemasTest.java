package io.erlmcp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSchema;
import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Legacy peers validate wrapped results against wrapped schemas: both must fit. */
@Requirement("proto.spec")
class LegacySchemasTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"type\":\"array\",\"items\":{\"type\":\"string\"}} | {\"result\":[\"a\"]} |"
                        + " {\"result\":[1]}",
                "{\"type\":\"integer\"} | {\"result\":1} | {\"result\":\"a\"}",
                "{\"type\":[\"object\",\"null\"],\"required\":[\"a\"]} | {\"result\":null} |"
                        + " {\"b\":1}",
                "{\"type\":[\"object\",\"null\"],\"required\":[\"a\"]} | {\"a\":1} |"
                        + " {\"result\":5}",
                "{\"anyOf\":[{\"$ref\":\"#/$defs/n\"},{\"$ref\":\"#/$defs/s\"}],\"$defs"
                        + "\":{\"n\":{\"type\":\"null\"},\"s\":{\"type\":\"string\"}}}"
                        + " | {\"result\":\"a\"} | {\"result\":1}",
                "{\"type\":\"array\",\"items\":{\"$ref\":\"#\"}} | {\"result\":[[],[[]]]} |"
                        + " {\"result\":[1]}",
                "{\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/$ref\"},\"$defs\":{\""
                        + "$ref\":{\"const\":{\"$ref\":\"#\"}}}}"
                        + " | {\"result\":[{\"$ref\":\"#\"}]} | {\"result\":[1]}",
                "{\"$id\":\"urn:x\",\"type\":\"array\",\"items\":{\"$ref\":\"#/$defs/s\""
                        + "},\"$defs\":{\"s\":{\"type\":\"string\"}}}"
                        + " | {\"result\":[\"a\"]} | {\"result\":[1]}",
                "{\"$ref\":\"#/$defs/node\",\"$defs\":{\"node\":{\"type\":\"object\",\""
                        + "properties\":{\"next\":{\"$ref\":\"#/$defs/node\"}}}}}"
                        + " | {\"next\":{\"next\":{}}} | {\"next\":1}",
            })
    void aWrappedSchemaFitsWrappedResults(String schema, String valid, String invalid) {
        JsonObject wrapped = LegacySchemas.output(Json.parseObject(schema));
        assertThat(wrapped.string("type")).contains("object");
        JsonSchema compiled = JsonSchema.compile(wrapped);
        assertThat(compiled.validate(Json.parse(valid))).isEmpty();
        assertThat(compiled.validate(Json.parse(invalid))).isNotEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\":\"object\"}",
                "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"string\"}}}"
            })
    void aSchemaOfAnObjectStaysAsItIs(String schema) {
        JsonObject object = Json.parseObject(schema);
        assertThat(LegacySchemas.output(object)).isSameAs(object);
    }

    @Test
    void theDialectStaysAtTheRoot() {
        JsonObject wrapped =
                LegacySchemas.output(
                        Json.parseObject(
                                "{\"$schema\":\"http://json-schema.org/draft-07/schema#\",\"type\":\"array\"}"));
        assertThat(wrapped.string("$schema")).contains("http://json-schema.org/draft-07/schema#");
        assertThat(wrapped.requireObject("properties").requireObject("result").has("$schema"))
                .isFalse();
    }

    @Test
    void propertiesThatAllowAnythingOrNothingAreSpelledOut() {
        JsonObject schema =
                Json.parseObject(
                        "{\"type\":\"object\",\"properties\":{\"a\":true,\"b\":false,\"c\":{}}}");
        assertThat(LegacySchemas.input(schema).get("properties"))
                .isEqualTo(Json.parse("{\"a\":{},\"b\":{\"not\":{}},\"c\":{}}"));
    }
}
