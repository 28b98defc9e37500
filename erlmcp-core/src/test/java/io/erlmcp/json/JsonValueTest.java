package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class JsonValueTest {
    record Point(int x, Optional<String> label) {}

    private static final JsonObject SAMPLE =
            Json.parseObject(
                    "{\"s\":\"x\",\"i\":3,\"d\":1.5,\"b\":true,\"o\":{\"k\":1},\"a\":[1],\"n\":null,\"w\":2.0}");

    @Test
    void javaValuesBecomeJson() {
        assertThat(
                        JsonValue.of(
                                Arrays.asList(
                                        null,
                                        "a",
                                        'c',
                                        1,
                                        2L,
                                        1.5f,
                                        0.1f,
                                        2.5,
                                        true,
                                        TimeUnit.DAYS)))
                .hasToString("[null,\"a\",\"c\",1,2,1.5,0.1,2.5,true,\"DAYS\"]");
        assertThat(JsonValue.of(new int[] {1, 2})).hasToString("[1,2]");
        assertThat(JsonValue.of(new Object[] {"a", List.of()})).hasToString("[\"a\",[]]");
        assertThat(JsonValue.of(Map.of("k", Optional.of(1)))).hasToString("{\"k\":1}");
        assertThat(JsonValue.of(Map.of(TimeUnit.DAYS, Optional.empty())))
                .hasToString("{\"DAYS\":null}");
        assertThat(JsonValue.of(new BigDecimal("1E+5"))).hasToString("1E+5");
        assertThat(JsonValue.of(new Point(1, Optional.of("a"))))
                .hasToString("{\"x\":1,\"label\":\"a\"}");
        assertThat(JsonValue.of(List.of(new Point(1, Optional.empty()))))
                .hasToString("[{\"x\":1}]");
        assertThat(JsonValue.of(JsonSlice.of(Texts.utf8("[1]")))).isEqualTo(JsonArray.of(1));
        assertThatThrownBy(() -> JsonValue.of(Double.NaN)).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> JsonValue.of(Float.NaN)).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> JsonValue.of(Map.of(1, 2)))
                .hasMessageContaining("member name: expected string");
    }

    @Test
    void typedReadsGiveWhatIsThere() {
        assertThat(SAMPLE.string("s")).contains("x");
        assertThat(SAMPLE.integer("i")).contains(3L);
        assertThat(SAMPLE.integer("w")).contains(2L);
        assertThat(SAMPLE.number("d")).contains(1.5);
        assertThat(SAMPLE.bool("b")).contains(true);
        assertThat(SAMPLE.object("o")).contains(JsonObject.of("k", 1));
        assertThat(SAMPLE.array("a")).contains(JsonArray.of(1));
        assertThat(SAMPLE.string("n")).isEmpty();
        assertThat(SAMPLE.string("absent")).isEmpty();
        assertThat(SAMPLE.requireString("s")).isEqualTo("x");
        assertThat(SAMPLE.requireInteger("i")).isEqualTo(3);
        assertThat(SAMPLE.requireNumber("d")).isEqualTo(1.5);
        assertThat(SAMPLE.requireBool("b")).isTrue();
        assertThat(SAMPLE.requireObject("o").size()).isEqualTo(1);
        assertThat(SAMPLE.requireArray("a").get(0)).isEqualTo(JsonNumber.of(1));
    }

    @Test
    void typedReadsNameTheMemberAndBothTypes() {
        assertThatThrownBy(() -> SAMPLE.string("i"))
                .hasMessage("member 'i': expected string, was number");
        assertThatThrownBy(() -> SAMPLE.integer("s"))
                .hasMessage("member 's': expected integer, was string");
        assertThatThrownBy(() -> SAMPLE.integer("d"))
                .hasMessage("member 'd': expected an integer of 64 bits, was 1.5");
        assertThatThrownBy(() -> SAMPLE.object("a"))
                .hasMessage("member 'a': expected object, was array");
        assertThatThrownBy(() -> SAMPLE.requireString("n"))
                .hasMessage("member 'n': expected string, was null");
        assertThatThrownBy(() -> SAMPLE.requireArray("q"))
                .hasMessage("member 'q': expected array, was absent");
        assertThatThrownBy(() -> JsonArray.of(1).get(1)).hasMessageContaining("element 1");
    }

    @Test
    void objectsKeepTheirOrderAndCompareWithoutIt() {
        JsonObject one = JsonObject.of("b", 1, "a", 2);
        assertThat(one.toJson()).isEqualTo("{\"b\":1,\"a\":2}");
        assertThat(one)
                .isEqualTo(JsonObject.of("a", 2, "b", 1.0))
                .hasSameHashCodeAs(JsonObject.of("a", 2, "b", 1.0));
        assertThat(one.with("b", "x").toJson()).isEqualTo("{\"b\":\"x\",\"a\":2}");
        assertThat(one.with("c", null).toJson()).isEqualTo("{\"b\":1,\"a\":2,\"c\":null}");
        assertThat(one.without("b").toJson()).isEqualTo("{\"a\":2}");
        assertThat(one.without("z")).isSameAs(one);
        assertThat(one.size()).isEqualTo(2);
        assertThatThrownBy(() -> one.members().clear())
                .isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void aBuilderDoesNotChangeWhatItBuilt() {
        JsonObject.Builder builder = JsonObject.builder().put("a", 1).putIfPresent("b", null);
        JsonObject first = builder.build();
        builder.put("c", 2).putIfPresent("d", Optional.of(3)).putIfPresent("e", Optional.empty());
        assertThat(first.toJson()).isEqualTo("{\"a\":1}");
        assertThat(builder.build().toJson()).isEqualTo("{\"a\":1,\"c\":2,\"d\":3}");
    }

    @Test
    void numbersKeepTheirLiteralAndCompareByValue() {
        assertThat(Json.parse("[1.50,1E2,-0]").toJson()).isEqualTo("[1.50,1E2,-0]");
        assertThat(new JsonNumber("1"))
                .isEqualTo(new JsonNumber("1.0"))
                .hasSameHashCodeAs(new JsonNumber("1.0"));
        assertThat(new JsonNumber("100"))
                .isEqualTo(new JsonNumber("1e2"))
                .hasSameHashCodeAs(new JsonNumber("1e2"));
        assertThat(new JsonNumber("0"))
                .isEqualTo(new JsonNumber("-0.00"))
                .hasSameHashCodeAs(new JsonNumber("-0.00"));
        assertThat(new JsonNumber("1e9999999999")).isNotEqualTo(new JsonNumber("1"));
        assertThat(new JsonNumber("1e999999999")).isNotEqualTo(new JsonNumber("1e999999998"));
    }

    @Test
    void integersAreExactOrRefused() {
        assertThat(new JsonNumber("9223372036854775807").longValue()).isEqualTo(Long.MAX_VALUE);
        assertThat(new JsonNumber("1e3").longValue()).isEqualTo(1000);
        assertThat(new JsonNumber("1e3").isInteger()).isTrue();
        assertThat(new JsonNumber("1.5").isInteger()).isFalse();
        assertThat(new JsonNumber("1e-1").isInteger()).isFalse();
        for (String text : List.of("9223372036854775808", "1.5", "1e999999999", "1e99999999999")) {
            assertThatThrownBy(() -> new JsonNumber(text).longValue())
                    .isInstanceOf(JsonException.class);
        }
        assertThatThrownBy(() -> new JsonNumber("1e99999999999").bigDecimal())
                .isInstanceOf(JsonException.class);
    }

    @Test
    void onlyNumberLiteralsAreNumbers() {
        for (String text :
                List.of(
                        "", "-", "01", "1.", ".1", "1e", "1e+", " 1", "1 ", "NaN", "0x1", "+1",
                        "1e1e", "\u0661")) {
            assertThatThrownBy(() -> new JsonNumber(text))
                    .as(text)
                    .isInstanceOf(JsonException.class);
        }
    }
}
