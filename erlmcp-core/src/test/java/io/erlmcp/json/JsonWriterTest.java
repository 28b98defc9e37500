package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.api.Test;

class JsonWriterTest {
    private final JsonWriter out = new JsonWriter(16);

    @Test
    void putsTheCommas() {
        out.beginObject()
                .field("a", 1)
                .field("b", "x")
                .field("c", true)
                .field("d", JsonNull.NULL)
                .field("e", 1.5);
        out.name("f")
                .beginArray()
                .number(1)
                .beginObject()
                .endObject()
                .beginArray()
                .endArray()
                .bool(false);
        out.endArray().name(JsonName.of("g\"")).nullValue().endObject();
        assertThat(out)
                .hasToString(
                        "{\"a\":1,\"b\":\"x\",\"c\":true,\"d\":null,\"e\":1.5,\"f\":[1,{},[],false],\"g\\\"\":null}");
        assertThat(Json.parse(out.toByteArray()).toJson()).isEqualTo(out.toString());
    }

    @Test
    void isReusable() {
        out.beginArray().string("a").endArray();
        out.reset().number(2);
        assertThat(new String(out.buffer(), 0, out.size(), StandardCharsets.UTF_8)).isEqualTo("2");
    }

    @Test
    void halfASurrogatePairIsWrittenAsTheReplacementCharacter() {
        out.string("a\ud800b\udc00\ud834\udd1e\ud834");
        assertThat(out).hasToString("\"a\ufffdb\ufffd\ud834\udd1e\ufffd\"");
    }

    @Test
    void everyCharacterReadsBack() {
        StringBuilder all = new StringBuilder();
        for (int code = 0; code <= 0x10ffff; code += code < 0x3000 ? 1 : 97) {
            if (code < 0xd800 || code > 0xdfff) {
                all.appendCodePoint(code);
            }
        }
        out.string(all.toString());
        assertThat(Json.parse(out.toByteArray())).isEqualTo(new JsonString(all.toString()));
        assertThat(out.toString().chars().noneMatch(c -> c < ' ')).isTrue();
    }

    @Test
    void numbersAreWrittenAsJavaSpellsThem() {
        Random random = new Random(5);
        long[] edges = {
            0, 9, 10, -9, -10, 99, 100, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE + 1
        };
        for (long edge : edges) {
            assertThat(new JsonWriter().number(edge)).hasToString(Long.toString(edge));
        }
        for (int i = 0; i < 1_000; i++) {
            long value = random.nextLong() >> random.nextInt(64);
            assertThat(new JsonWriter().number(value)).hasToString(Long.toString(value));
            double fraction = Double.longBitsToDouble(random.nextLong());
            if (Double.isFinite(fraction)) {
                JsonWriter text = new JsonWriter().number(fraction);
                assertThat(((JsonNumber) Json.parse(text.toByteArray())).doubleValue())
                        .isEqualTo(fraction);
            }
        }
        assertThat(new JsonWriter().number(3.0)).hasToString("3");
        assertThat(new JsonWriter().number(-0.0)).hasToString("-0.0");
    }

    @Test
    void whatIsNoNumberIsRefused() {
        assertThatThrownBy(() -> out.number(Double.NaN)).isInstanceOf(JsonException.class);
        assertThatThrownBy(() -> out.number(Double.POSITIVE_INFINITY))
                .hasMessage("JSON has no number for Infinity");
    }

    @Test
    void rawBytesNeverBringALineBreak() {
        out.beginArray()
                .raw(JsonSlice.of(Texts.utf8("{\n\"a\" :\r\n \"x\\n\"}")))
                .raw(JsonSlice.EMPTY_OBJECT)
                .endArray();
        assertThat(out).hasToString("[{ \"a\" :   \"x\\n\"},{}]");
    }

    @Test
    void whatDoesNotBelongIsRefused() {
        assertThatThrownBy(() -> new JsonWriter().name("a")).hasMessageContaining("a member name");
        assertThatThrownBy(() -> new JsonWriter().number(1).number(2))
                .hasMessageContaining("behind the text");
        assertThatThrownBy(() -> new JsonWriter().beginObject().number(2))
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new JsonWriter().beginObject().name("a").name("b"))
                .hasMessage("a member name cannot be written behind a member name");
        assertThatThrownBy(() -> new JsonWriter().beginObject().name("a").endObject())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new JsonWriter().beginObject().endArray())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new JsonWriter().beginArray().endObject())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new JsonWriter().endArray())
                .isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> new JsonWriter().beginArray().toByteArray())
                .hasMessageContaining("1 open");
        assertThatThrownBy(() -> new JsonWriter().buffer())
                .isInstanceOf(IllegalStateException.class);
    }

    @Test
    void nestsDeeperThanItsFirstRoom() {
        for (int i = 0; i < 500; i++) {
            out.beginObject().name("a");
        }
        out.nullValue();
        for (int i = 0; i < 500; i++) {
            out.endObject();
        }
        assertThat(out.size()).isEqualTo(500 * 6 + 4);
    }

    @Test
    void whatIsOpenIsRememberedHoweverDeep() {
        JsonWriter out = new JsonWriter();
        StringBuilder expected = new StringBuilder();
        for (int depth = 0; depth < 100; depth++) {
            if (depth % 3 == 0) {
                out.beginObject().field("a", 1).name("b");
                expected.append("{\"a\":1,\"b\":");
            } else {
                out.beginArray();
                expected.append('[');
            }
        }
        out.nullValue();
        expected.append("null");
        for (int depth = 99; depth >= 0; depth--) {
            if (depth % 3 == 0) {
                out.field("c", 2).endObject();
                expected.append(",\"c\":2}");
            } else {
                out.value(JsonNumber.of(3)).endArray();
                expected.append(",3]");
            }
        }
        assertThat(out.toString()).isEqualTo(expected.toString());
        assertThat(out.toByteArray()).isNotEmpty();
    }
}
