package io.erlmcp.feature;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Requirement("security.modern")
class HeaderParamsTest {
    private static final JsonObject SCHEMA =
            Json.parseObject(
                    """
                    {"type": "object", "properties": {
                       "region": {"type": "string", "x-mcp-header": "Region"},
                       "deep": {"type": "object", "properties": {"n": {"type": "integer", "x-mcp-header": "N"}}},
                       "dry": {"type": "boolean", "x-mcp-header": "Dry-Run"},
                       "x-mcp-header": {"type": "string", "default": {"x-mcp-header": 1}},
                       "free": {"type": "number"}}}\
                    """);

    @Test
    void annotationsAreFoundWithTheirPaths() {
        assertThat(HeaderParams.of(SCHEMA).paths())
                .containsExactly(
                        Map.entry("Region", List.of("region")),
                        Map.entry("N", List.of("deep", "n")),
                        Map.entry("Dry-Run", List.of("dry")));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"type\": \"string\", \"x-mcp-header\": \"\"}",
                "{\"type\": \"string\", \"x-mcp-header\": 1}",
                "{\"type\": \"string\", \"x-mcp-header\": \"a b\"}",
                "{\"type\": \"string\", \"x-mcp-header\": \"a:b\"}",
                "{\"type\": \"string\", \"x-mcp-header\": \"\u00e9\"}",
                "{\"type\": \"string\", \"x-mcp-header\": \"a\\r\\nb\"}",
                "{\"type\": \"number\", \"x-mcp-header\": \"A\"}",
                "{\"type\": \"object\", \"x-mcp-header\": \"A\"}",
                "{\"type\": \"array\", \"x-mcp-header\": \"A\"}",
                "{\"type\": \"null\", \"x-mcp-header\": \"A\"}",
                "{\"type\": [\"string\", \"null\"], \"x-mcp-header\": \"A\"}",
                "{\"x-mcp-header\": \"A\"}",
                "{\"type\": \"array\", \"items\": {\"type\": \"string\", \"x-mcp-header\": \"A\"}}",
                "{\"oneOf\": [{\"type\": \"string\", \"x-mcp-header\": \"A\"}]}",
                "{\"anyOf\": [{\"properties\": {\"b\": {\"type\": \"string\", \"x-mcp-header\":"
                        + " \"A\"}}}]}",
                "{\"additionalProperties\": {\"type\": \"string\", \"x-mcp-header\": \"A\"}}",
                "{\"$defs\": {\"d\": {\"type\": \"string\", \"x-mcp-header\": \"A\"}}}",
                "{\"if\": {\"properties\": {\"b\": {\"type\": \"string\", \"x-mcp-header\":"
                        + " \"A\"}}}}"
            })
    void anAnnotationThatBreaksARuleIsRefused(String property) {
        JsonObject schema =
                JsonObject.of(
                        "type", "object", "properties", JsonObject.of("p", Json.parse(property)));

        assertThatThrownBy(() -> HeaderParams.of(schema))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("x-mcp-header");
        assertThatThrownBy(
                        () ->
                                ToolSpec.of(
                                                "tool",
                                                (arguments, call) -> {
                                                    throw new AssertionError("not called");
                                                })
                                        .inputSchema(schema))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("tool tool: x-mcp-header");
    }

    @Test
    void theSameHeaderTwiceIsRefusedWhateverItsCase() {
        JsonObject schema =
                Json.parseObject(
                        """
                        {"type": "object", "properties": {
                           "a": {"type": "string", "x-mcp-header": "Same"},
                           "b": {"type": "string", "x-mcp-header": "sAME"}}}\
                        """);

        assertThatThrownBy(() -> HeaderParams.of(schema)).hasMessageContaining("sAME");
    }

    @Test
    void anAnnotationAtTheRootIsRefused() {
        assertThatThrownBy(
                        () -> HeaderParams.of(JsonObject.of("type", "object", "x-mcp-header", "A")))
                .hasMessageContaining("root");
    }

    @Test
    void headersRepeatWhatIsThere() {
        HeaderParams params = HeaderParams.of(SCHEMA);

        assertThat(
                        params.headers(
                                Json.parseObject(
                                        "{\"region\": \"eu\", \"deep\": {\"n\": 4.2e1}, \"dry\":"
                                                + " false}")))
                .containsExactly(
                        Map.entry("Mcp-Param-Region", "eu"),
                        Map.entry("Mcp-Param-N", "42"),
                        Map.entry("Mcp-Param-Dry-Run", "false"));
        assertThat(params.headers(Json.parseObject("{\"region\": null, \"deep\": {}}"))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"region\": \"eu\"}', Region, eu",
        "'{\"region\": \"eu\"}', Region, =?base64?ZXU=?=",
        "'{\"region\": \"\"}', Region, ''",
        "'{\"deep\": {\"n\": 42}}', N, 42",
        "'{\"deep\": {\"n\": 42}}', N, 42.0",
        "'{\"dry\": true}', Dry-Run, true",
    })
    void headersThatSayTheSameMatch(String arguments, String header, String value) {
        assertThat(mismatch(arguments, Map.of("Mcp-Param-" + header, value))).isNull();
    }

    @ParameterizedTest
    @CsvSource({
        "'{\"region\": \"eu\"}', Region, EU",
        "'{\"region\": \"eu\"}', Region, =?base64?ZXU?=",
        "'{\"region\": \"eu\"}', Region, =?base64?!!!!?=",
        "'{\"region\": \"eu\"}', N, 1",
        "'{\"deep\": {\"n\": 42}}', N, 43",
        "'{\"deep\": {\"n\": 42}}', N, x",
        "'{\"dry\": true}', Dry-Run, True",
        "'{\"dry\": null}', Dry-Run, true",
    })
    void headersThatSaySomethingElseDoNot(String arguments, String header, String value) {
        assertThat(mismatch(arguments, Map.of("Mcp-Param-" + header, value)))
                .contains("Mcp-Param-");
    }

    @Test
    void aMissingHeaderIsAMismatch() {
        assertThat(mismatch("{\"region\": \"eu\"}", Map.of()))
                .isEqualTo("header Mcp-Param-Region is missing");
        assertThat(mismatch("{}", Map.of())).isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            value = {
                "plain|plain",
                "in side|in side",
                "\"\"|\"\"",
                "\" lead\"|=?base64?IGxlYWQ=?=",
                "\"trail \"|=?base64?dHJhaWwg?=",
                "\u00e9|=?base64?w6k=?=",
                "=?base64?eA==?=|=?base64?PT9iYXNlNjQ/ZUE9PT89?=",
                "=?BASE64?eA==?=|=?BASE64?eA==?=",
            })
    void textSurvivesAHeader(String text, String header) {
        assertThat(HeaderText.encode(text)).isEqualTo(header);
        assertThat(HeaderText.decode(header)).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(strings = {"a\tb", "a\r\nb", "\t", "a\u0000b", "\u007f", "\ud83d\ude00"})
    void unsafeTextIsEncoded(String text) {
        assertThat(HeaderText.encode(text)).startsWith("=?base64?").endsWith("?=");
        assertThat(HeaderText.decode(HeaderText.encode(text))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "=?base64?ZXU?=",
                "=?base64?Z?=",
                "=?base64?****?=",
                "=?base64?/w==?=",
                "a\rb",
                "\u00e9"
            })
    void aHeaderThatIsNotWellEncodedIsRefused(String header) {
        assertThatThrownBy(() -> HeaderText.decode(header))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void spaceAroundAHeaderIsNotPartOfIt() {
        assertThat(HeaderText.decode(" \t eu \t")).isEqualTo("eu");
    }

    private static @org.jspecify.annotations.Nullable String mismatch(
            String arguments, Map<String, String> headers) {
        Map<String, String> sent = new HashMap<>(headers);
        return HeaderParams.of(SCHEMA)
                .mismatch(Json.parseObject(arguments), sent::get)
                .orElse(null);
    }
}
