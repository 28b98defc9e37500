package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.json.JsonFactory;

/**
 * The scanner against two other readers, on messages that were damaged at random: the library's
 * character reader, which shares no code with ours, says what is JSON; our own tree says what the
 * parts are.
 */
@Requirement({"R17", "proto.json-fast"})
class ReaderAgreementTest {
    private static final int CASES = 60_000;
    private static final byte[] ALPHABET =
            Texts.utf8(
                    "{}[]\",:\\/ \t\n\r"
                            + "0123456789+-.eEuabtrfnl\u00e9\u20ac\ud834\udd1e\u0000\u001f");
    private static final JsonFactory LIBRARY = new JsonFactory();

    private final Random random = new Random(20260728);

    @Test
    void damagedMessagesAreAcceptedOrRefusedByAllReadersAlike() {
        int accepted = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] text = damaged();
            boolean isJson = libraryAccepts(text);
            @Nullable Envelope envelope = scan(text);
            @Nullable JsonValue tree = parse(text);
            String shown = new String(text, StandardCharsets.UTF_8);
            if (!isJson) {
                assertThat(envelope).as(shown).isNull();
                assertThat(tree).as(shown).isNull();
            } else if (tree != null) {
                assertThat(envelope).as(shown).isNotNull();
                assertPartsAreThoseOf(tree, envelope, shown);
                accepted++;
            } else {
                assertThat(duplicateIn(text)).as(shown).isTrue();
            }
        }
        assertThat(accepted).isBetween(CASES / 20, CASES - CASES / 20);
    }

    @Test
    void treesAreThoseThatTheLibraryReads() {
        int compared = 0;
        for (int i = 0; i < CASES; i++) {
            byte[] text = damaged();
            @Nullable JsonValue tree = parse(text);
            if (tree != null) {
                JsonValue expected = libraryReads(text);
                String shown = new String(text, StandardCharsets.UTF_8);
                assertThat(tree).as(shown).isEqualTo(expected);
                assertThat(tree.toJson()).as(shown).isEqualTo(expected.toJson());
                compared++;
            }
        }
        assertThat(compared).isGreaterThan(CASES / 20);
    }

    @Test
    void aTreeEndsWhereItsRangeEnds() {
        byte[] text = Texts.utf8("[12345]");
        assertThat(Json.parse(text, 1, 3, JsonLimits.DEFAULTS)).isEqualTo(JsonNumber.of(123));
    }

    private static void assertPartsAreThoseOf(JsonValue tree, Envelope envelope, String shown) {
        assertThat(envelope.root().value()).as(shown).isEqualTo(tree);
        if (!(tree instanceof JsonObject root)) {
            assertThat(envelope.hasId()).as(shown).isFalse();
            assertThat(envelope.elements().stream().map(JsonSlice::value).toList())
                    .as(shown)
                    .isEqualTo(
                            tree instanceof JsonArray array ? array.values() : java.util.List.of());
            return;
        }
        assertPart(envelope.id(), root.get("id"), shown);
        assertPart(envelope.params(), root.get("params"), shown);
        assertPart(envelope.result(), root.get("result"), shown);
        assertPart(envelope.error(), root.get("error"), shown);
        assertText(envelope.method(), root.get("method"), shown);
        assertThat(envelope.isJsonRpc2())
                .as(shown)
                .isEqualTo(new JsonString("2.0").equals(root.get("jsonrpc")));
        JsonObject params =
                root.get("params") instanceof JsonObject object ? object : JsonObject.EMPTY;
        assertText(envelope.name(), params.get("name"), shown);
        assertText(envelope.uri(), params.get("uri"), shown);
        assertText(envelope.taskId(), params.get("taskId"), shown);
        assertText(envelope.cursor(), params.get("cursor"), shown);
        assertPart(envelope.arguments(), params.get("arguments"), shown);
        assertPart(envelope.requestState(), params.get("requestState"), shown);
        assertPart(envelope.inputResponses(), params.get("inputResponses"), shown);
        assertPart(envelope.meta(), params.get("_meta"), shown);
        JsonObject meta =
                params.get("_meta") instanceof JsonObject object ? object : JsonObject.EMPTY;
        assertPart(envelope.progressToken(), meta.get("progressToken"), shown);
        assertText(
                envelope.protocolVersion(),
                meta.get("io.modelcontextprotocol/protocolVersion"),
                shown);
    }

    private static void assertPart(
            @Nullable JsonSlice part, @Nullable JsonValue expected, String shown) {
        assertThat(part == null ? null : part.value()).as(shown).isEqualTo(expected);
    }

    private static void assertText(
            @Nullable String part, @Nullable JsonValue expected, String shown) {
        assertThat(part)
                .as(shown)
                .isEqualTo(expected instanceof JsonString text ? text.value() : null);
    }

    private byte[] damaged() {
        byte[] text = Texts.utf8(Texts.MESSAGES.get(random.nextInt(Texts.MESSAGES.size())));
        for (int i = random.nextInt(3); i >= 0; i--) {
            text = damage(text);
        }
        return text;
    }

    private byte[] damage(byte[] text) {
        int at = text.length == 0 ? 0 : random.nextInt(text.length);
        byte letter = ALPHABET[random.nextInt(ALPHABET.length)];
        return switch (random.nextInt(7)) {
            case 0 -> replace(text, at, letter);
            case 1 -> replace(text, at, (byte) random.nextInt(256));
            case 2 -> splice(text, at, at, new byte[] {letter});
            case 3 ->
                    splice(
                            text,
                            at,
                            Math.min(text.length, at + 1 + random.nextInt(3)),
                            new byte[0]);
            case 4 -> Arrays.copyOf(text, at);
            case 5 -> splice(text, at, at, Texts.utf8(anyValue()));
            default -> {
                int from = text.length == 0 ? 0 : random.nextInt(text.length);
                int to = Math.min(text.length, from + random.nextInt(20));
                yield splice(text, at, at, Arrays.copyOfRange(text, from, to));
            }
        };
    }

    private String anyValue() {
        return switch (random.nextInt(4)) {
            case 0 -> ",\"" + Integer.toString(random.nextInt(1000), 36) + "\":";
            case 1 -> "\\u00" + Integer.toHexString(random.nextInt(256));
            default -> Texts.VALUES.get(random.nextInt(Texts.VALUES.size()));
        };
    }

    private static byte[] replace(byte[] text, int at, byte letter) {
        byte[] copy = text.clone();
        if (copy.length > 0) {
            copy[at] = letter;
        }
        return copy;
    }

    private static byte[] splice(byte[] text, int from, int to, byte[] with) {
        ByteBuffer out = ByteBuffer.allocate(text.length - (to - from) + with.length);
        out.put(text, 0, from).put(with).put(text, to, text.length - to);
        return out.array();
    }

    private static boolean libraryAccepts(byte[] text) {
        String decoded;
        try {
            decoded = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(text)).toString();
        } catch (CharacterCodingException e) {
            return false;
        }
        try (JsonParser parser = LIBRARY.createParser(ObjectReadContext.empty(), decoded)) {
            if (parser.nextToken() == null) {
                return false;
            }
            parser.skipChildren();
            parser.getString();
            return parser.nextToken() == null;
        } catch (JacksonException e) {
            return false;
        }
    }

    private static JsonValue libraryReads(byte[] text) {
        String decoded = new String(text, StandardCharsets.UTF_8);
        try (JsonParser parser = LIBRARY.createParser(ObjectReadContext.empty(), decoded)) {
            parser.nextToken();
            return LibraryReader.read(parser);
        }
    }

    private static @Nullable Envelope scan(byte[] text) {
        try {
            return EnvelopeScanner.scan(text, 0, text.length, JsonLimits.DEFAULTS);
        } catch (JsonException e) {
            return null;
        }
    }

    private static @Nullable JsonValue parse(byte[] text) {
        try {
            return Json.parse(text, JsonLimits.DEFAULTS);
        } catch (JsonException e) {
            return null;
        }
    }

    private static boolean duplicateIn(byte[] text) {
        try {
            Json.parse(text, JsonLimits.DEFAULTS);
            return false;
        } catch (JsonException e) {
            return e.reason() == JsonException.Reason.DUPLICATE_NAME;
        }
    }
}
