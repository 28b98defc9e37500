package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonSchemaTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'type':'object','required':['a']} | {'a':1} | {}",
                "{'properties':{'a':{'type':'integer'}}} | {'a':1.0} | {'a':1.5}",
                "{'properties':{'a':{'minimum':1,'maximum':2}}} | {'a':2} | {'a':2.1}",
                "{'properties':{'a':{'enum':['x',1]}}} | {'a':1.0} | {'a':'y'}",
                "{'properties':{'a':{'const':null}}} | {'a':null} | {'a':0}",
                "{'properties':{'a':{'minLength':1,'maxLength':2}}} | {'a':'xy'} | {'a':''}",
                "{'properties':{'a':{'type':'array','items':{'type':'string'},'minItems':1}}} |"
                        + " {'a':['x']} | {'a':[1]}",
                "{'properties':{},'additionalProperties':false} | {} | {'a':1}",
                "{'properties':{'a':{'type':['string','null']}}} | {'a':null} | {'a':1}"
            })
    void keywordsOfFlatSchemasAcceptAndRefuse(String schema, String valid, String invalid) {
        assertThat(FlatSchema.compile(object(schema))).isNotNull();
        acceptsAndRefuses(schema, valid, invalid);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{'properties':{'a':{'pattern':'^x+$'}}} | {'a':'xx'} | {'a':'xy'}",
                "{'properties':{'a':{'multipleOf':0.1}}} | {'a':0.3} | {'a':0.35}",
                "{'properties':{'a':{'uniqueItems':true}}} | {'a':[1,2]} | {'a':[1,1.0]}",
                "{'additionalProperties':{'type':'integer'}} | {'z':1} | {'z':'x'}",
                "{'anyOf':[{'required':['a']},{'required':['b']}]} | {'b':1} | {'c':1}",
                "{'oneOf':[{'required':['a']},{'required':['b']}]} | {'b':1} | {'a':1,'b':1}",
                "{'allOf':[{'required':['a']},{'required':['b']}]} | {'a':1,'b':1} | {'a':1}",
                "{'not':{'required':['a']}} | {} | {'a':1}",
                "{'if':{'required':['a']},'then':{'required':['b']},'else':{'required':['c']}} |"
                        + " {'c':1} | {'a':1}",
                "{'properties':{'a':{'$ref':'#/$defs/n'}},'$defs':{'n':{'type':'integer'}}} |"
                        + " {'a':1} | {'a':'x'}",
                "{'properties':{'a':{'$ref':'#n'}},'$defs':{'x':{'$anchor':'n','type':'integer'}}}"
                        + " | {'a':1} | {'a':'x'}",
                "{'$id':'https://x.test/s','properties':{'a':{'$ref':'s#/$defs/n'}},'$defs':{'n':{'type':'integer'}}}"
                    + " | {'a':1} | {'a':'x'}",
                "{'properties':{'a':{'$ref':'#'}},'required':['v']} | {'v':1,'a':{'v':2}} |"
                        + " {'v':1,'a':{}}",
                "{'properties':{'a':{'prefixItems':[{'type':'string'}],'items':false}}} |"
                        + " {'a':['x']} | {'a':['x',1]}",
                "{'dependentRequired':{'a':['b']}} | {'b':1} | {'a':1}",
                "{'patternProperties':{'^x':{'type':'integer'}}} | {'x1':1} | {'x1':'a'}",
                "{'propertyNames':{'maxLength':2}} | {'ab':1} | {'abc':1}",
                "{'allOf':[{'properties':{'a':true}}],'unevaluatedProperties':false} | {'a':1} |"
                        + " {'b':1}",
                "{'$schema':'http://json-schema.org/draft-07/schema#','properties':{'a':{'items':[{'type':'string'}]}}}"
                    + " | {'a':['x']} | {'a':[1]}",
                "{'$schema':'http://json-schema.org/draft-04/schema#','properties':"
                        + "{'a':{'maximum':3,'exclusiveMaximum':true}}}"
                        + " | {'a':2} | {'a':3}",
                "{'$schema':'https://json-schema.org/draft/2019-09/schema','dependentRequired':{'a':['b']}}"
                    + " | {} | {'a':1}",
                "{'$schema':'https://json-schema.org/draft/2020-12/schema','type':'object'} | {} |"
                        + " []",
                "{'properties':{'a':{'enum':['x','y'],'title':'t','default':'x'}}} | {'a':'x'} |"
                        + " {'a':'z'}",
                "{'properties':{'a':{'oneOf':[{'const':'x','title':'X'}]}}} | {'a':'x'} |"
                        + " {'a':'z'}",
                "{'properties':{'a':{'type':'array','items':{'anyOf':[{'const':'x'}]},'maxItems':1}}}"
                    + " | {'a':['x']} | {'a':['x','x']}",
            })
    void otherKeywordsAcceptAndRefuse(String schema, String valid, String invalid) {
        acceptsAndRefuses(schema, valid, invalid);
    }

    private static void acceptsAndRefuses(String schema, String valid, String invalid) {
        JsonSchema compiled = JsonSchema.compile(object(schema));
        assertThat(compiled.validate(Json.parse(valid.replace('\'', '"')))).isEmpty();
        assertThat(compiled.validate(Json.parse(invalid.replace('\'', '"')))).isNotEmpty();
        assertThat(compiled.source()).isEqualTo(object(schema));
    }

    @Test
    void messagesNameThePathAndTheLimit() {
        JsonSchema flat =
                JsonSchema.compile(
                        object("{'properties':{'a':{'properties':{'b':{'maximum':3}}}}}"));
        assertThat(flat.validate(object("{'a':{'b':4}}"))).containsExactly("/a/b: maximum is 3");
        JsonSchema library =
                JsonSchema.compile(object("{'properties':{'a':{'allOf':[{'maximum':3}]}}}"));
        assertThat(library.validate(object("{'a':4}")))
                .singleElement()
                .asString()
                .startsWith("/a: ")
                .contains("3");
    }

    @Test
    void messagesAreFew() {
        JsonSchema schema = JsonSchema.compile(object("{'additionalProperties':false}"));
        JsonObject.Builder value = JsonObject.builder();
        for (int i = 0; i < 100; i++) {
            value.put("k" + i, i);
        }
        assertThat(schema.validate(value.build())).hasSize(20);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'$ref':'http://127.0.0.1:9/other.json'}",
                "{'$ref':'https://example.test/x'}",
                "{'$ref':'file:///etc/hostname'}",
                "{'$ref':'classpath:/draft-07/schema'}",
                "{'$ref':'other.json'}",
                "{'$id':'https://x.test/s','$ref':'t'}",
                "{'properties':{'a':{'items':{'$ref':'//x/y#/z'}}}}",
                "{'$dynamicRef':'http://127.0.0.1:9/other.json#x'}",
                "{'$ref':'#/$defs/missing'}",
                "{'$ref':'#missing'}",
                "{'$ref':'%%%'}"
            })
    @Requirement({"security.parsing", "security.client"})
    void aReferenceThatTheSchemaDoesNotResolveIsRefusedWhenCompiled(String schema) {
        assertThatThrownBy(() -> JsonSchema.compile(object(schema)))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("reference");
    }

    @Test
    void dataThatLooksLikeAReferenceIsNone() {
        JsonObject schema =
                object(
                        "{'const':{'$ref':'http://x.test/a'},'properties':{'$ref':{'type':'string'}}}");
        assertThatCode(() -> JsonSchema.compile(schema)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'$schema':'https://example.test/dialect'}",
                "{'$schema':'https://json-schema.org/draft/2031-01/schema'}",
                "{'properties':{'a':{'$schema':'x'}}}"
            })
    void anUnknownDialectIsRefused(String schema) {
        assertThatThrownBy(() -> JsonSchema.compile(object(schema)))
                .hasMessageContaining("unknown dialect");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'type':'text'}",
                "{'type':5}",
                "{'properties':{'a':{'type':['string','x']}}}"
            })
    void anUnknownTypeIsRefused(String schema) {
        assertThatThrownBy(() -> JsonSchema.compile(object(schema)))
                .hasMessageContaining("unknown type");
    }

    @Test
    @Requirement("security.parsing")
    void theSizeOfASchemaIsBounded() {
        assertThatCode(() -> JsonSchema.compile(nested(63))).doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonSchema.compile(nested(64)))
                .hasMessageContaining("at most 64 levels");
        assertThatCode(() -> JsonSchema.compile(wide(9_999))).doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonSchema.compile(wide(10_000)))
                .hasMessageContaining("10000 objects");
        assertThatCode(() -> JsonSchema.compile(JsonObject.of("pattern", "a".repeat(1_024))))
                .doesNotThrowAnyException();
        assertThatThrownBy(() -> JsonSchema.compile(JsonObject.of("pattern", "a".repeat(1_025))))
                .hasMessageContaining("limit of 1024");
        assertThatThrownBy(() -> JsonSchema.compile(object("{'pattern':'('}")))
                .hasMessageContaining("malformed pattern");
    }

    @Test
    @Timeout(20)
    @Requirement("security.parsing")
    void aCostlyPatternGivesUp() {
        JsonSchema schema = JsonSchema.compile(object("{'pattern':'^(.*a){15}c$'}"));
        assertThatThrownBy(() -> schema.validate(new JsonString("a".repeat(200) + "!")))
                .isInstanceOf(JsonException.class)
                .hasMessageContaining("more than 1000000 steps");
    }

    @Test
    @Requirement("security.parsing")
    void aPatternThatExhaustsTheStackIsRefused() {
        JsonSchema schema = JsonSchema.compile(object("{'pattern':'^(a|b)*$'}"));
        assertThatThrownBy(() -> schema.validate(new JsonString("ab".repeat(100_000))))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void aSchemaThatOnlyRefersToItselfIsRefused() {
        assertThatThrownBy(() -> JsonSchema.compile(object("{'$ref':'#'}")).validate(JsonNull.NULL))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void hugeExponentsDoNoHarm() {
        JsonValue huge = Json.parse("{\"a\":1e999999999}");
        for (String schema :
                new String[] {
                    "{'properties':{'a':{'multipleOf':3}}}",
                    "{'properties':{'a':{'type':'integer','maximum':3}}}"
                }) {
            assertThat(JsonSchema.compile(object(schema)).validate(huge)).isNotEmpty();
        }
    }

    @Test
    void equalIdsOfTwoSchemasDoNotMeet() {
        JsonSchema one =
                JsonSchema.compile(
                        object("{'$id':'https://x.test/s','allOf':[{'type':'string'}]}"));
        JsonSchema two =
                JsonSchema.compile(
                        object("{'$id':'https://x.test/s','allOf':[{'type':'integer'}]}"));
        JsonSchema three =
                JsonSchema.compile(
                        object("{'allOf':[{'$ref':'#/$defs/a'}],'$defs':{'a':{'type':'string'}}}"));
        JsonSchema four =
                JsonSchema.compile(
                        object("{'allOf':[{'$ref':'#/$defs/a'}],'$defs':{'a':{'type':'null'}}}"));
        assertThat(one.validate(new JsonString("x"))).isEmpty();
        assertThat(two.validate(new JsonString("x"))).isNotEmpty();
        assertThat(three.validate(new JsonString("x"))).isEmpty();
        assertThat(four.validate(new JsonString("x"))).isNotEmpty();
    }

    private static JsonObject nested(int levels) {
        JsonObject schema = JsonObject.EMPTY;
        for (int i = 0; i < levels; i++) {
            schema = JsonObject.of("items", schema);
        }
        return schema;
    }

    private static JsonObject wide(int properties) {
        JsonObject.Builder members = JsonObject.builder();
        for (int i = 0; i < properties; i++) {
            members.put("p" + i, JsonObject.EMPTY);
        }
        return JsonObject.of("properties", members.build());
    }

    private static JsonObject object(String text) {
        return Json.parseObject(text.replace('\'', '"'));
    }
}
