package io.erlmcp.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ToolArgumentsTest {
    private static final JsonObject SCHEMA =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "text": {"type": "string"},
                        "count": {"type": "integer"},
                        "ratio": {"type": "number"},
                        "on": {"type": "boolean"},
                        "maybe": {"type": ["integer", "null"]},
                        "where": {"type": "object"},
                        "tags": {"type": "array", "items": {"type": "string"}},
                        "numbers": {"type": "array", "items": {"type": "integer"}},
                        "any": {}
                      }
                    }
                    """);

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "text=5              | {\"text\":\"5\"}",
                "text=               | {\"text\":\"\"}",
                "text=a=b            | {\"text\":\"a=b\"}",
                "count=5             | {\"count\":5}",
                "ratio=0.5           | {\"ratio\":0.5}",
                "on=true             | {\"on\":true}",
                "maybe=null          | {\"maybe\":null}",
                "maybe=3             | {\"maybe\":3}",
                "where={\"x\":1}     | {\"where\":{\"x\":1}}",
                "tags=[\"a\",\"b\"]  | {\"tags\":[\"a\",\"b\"]}",
                "tags=a              | {\"tags\":[\"a\"]}",
                "numbers=7           | {\"numbers\":[7]}",
                "any=5               | {\"any\":\"5\"}",
                "any:=5              | {\"any\":5}",
                "text:=null          | {\"text\":null}",
                "unknown=x           | {\"unknown\":\"x\"}",
            })
    void valuesAreReadAsTheSchemaSays(String word, String json) {
        assertThat(new ToolArguments(SCHEMA).read(List.of(word))).isEqualTo(Json.parse(json));
    }

    @Test
    void repeatedKeysMakeAnArray() {
        assertThat(new ToolArguments(SCHEMA).read(List.of("tags=a", "tags=b")))
                .isEqualTo(Json.parse("{\"tags\":[\"a\",\"b\"]}"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "count=x     | count: \"x\" is not integer",
                "count=1.5   | count: \"1.5\" is not integer",
                "on=yes      | on: \"yes\" is not boolean",
                "where=[1]   | where: \"[1]\" is not object",
                "any:={      | any: is not JSON",
                "text        | \"text\" is not key=value",
                "=x          | \"=x\" is not key=value",
            })
    void whatDoesNotFitIsNamed(String word, String message) {
        assertThatThrownBy(() -> new ToolArguments(SCHEMA).read(List.of(word)))
                .isInstanceOf(UsageException.class)
                .hasMessageContaining(message);
    }

    @Test
    void missingArgumentsAreListedWithTheirTypes() {
        JsonObject schema =
                Json.parseObject(
                        "{\"type\":\"object\",\"properties\":{\"a\":{\"type\":\"integer\"}},"
                                + "\"required\":[\"a\",\"b\"]}");

        assertThatThrownBy(() -> new ToolArguments(schema).read(List.of()))
                .hasMessage("missing arguments: a (integer), b (any value)");
    }
}
