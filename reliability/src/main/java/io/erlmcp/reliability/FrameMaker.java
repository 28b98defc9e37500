package io.erlmcp.reliability;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;

/** Makes malformed frames out of valid messages; the same ones for the same random numbers. */
final class FrameMaker {
    private static final List<String> INVALID_UTF8 =
            List.of(
                    "c080",
                    "eda080",
                    "edbfbf",
                    "ff",
                    "fe",
                    "f888808080",
                    "80",
                    "c3",
                    "e282",
                    "f09f98",
                    "f4908080");
    private static final List<String> NOT_JSON =
            List.of(
                    "NaN",
                    "Infinity",
                    "-Infinity",
                    "'x'",
                    "01",
                    "+1",
                    "1.",
                    ".5",
                    "0x10",
                    "1e",
                    "tru",
                    "nul",
                    "True",
                    "undefined",
                    "/* c */ 1",
                    "// c",
                    "\"\\x41\"",
                    "\"\\u12\"",
                    "\"\t\"",
                    "\"\\\"",
                    "[1,]",
                    "{\"a\":1,}",
                    "{a:1}",
                    "{\"a\" 1}",
                    "{\"a\":}",
                    "[1 2]",
                    "[",
                    "{",
                    "]",
                    "}",
                    "\"",
                    "1 1",
                    "-",
                    "--1",
                    "1e+",
                    "{\"a\":1,,}");
    private static final List<String> ROOTS =
            List.of(
                    "null",
                    "true",
                    "0",
                    "-1.5e3",
                    "\"text\"",
                    "[]",
                    "{}",
                    "[[]]",
                    "[{}]",
                    "[1,2,3]",
                    "[null]",
                    " {} ",
                    "{\"jsonrpc\":\"2.0\"}",
                    "{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}",
                    "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"ping\"}",
                    "{\"id\":1,\"method\":\"ping\"}",
                    "{\"jsonrpc\":\"2.0\",\"id\":null,\"method\":\"ping\"}",
                    "{\"jsonrpc\":\"2.0\",\"id\":{},\"method\":\"ping\"}",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":1}",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\"}",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":1,\"error\":1}",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[1]}",
                    "{\"jsonrpc\":\"2.0\",\"result\":{}}",
                    "{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":\"x\"}}");
    private static final List<String> WRONG_VALUES =
            List.of("true", "5", "-1", "1.5", "\"x\"", "[]", "[1]", "{}", "{\"a\":{}}", "\"\"");

    private final Random random;

    FrameMaker(Random random) {
        this.random = random;
    }

    /** Spoils {@code message} in one of many ways. */
    Frame spoil(JsonObject message) {
        byte[] valid = Rpc.bytes(message);
        return switch (random.nextInt(13)) {
            case 0 ->
                    new Frame(
                            "truncated", Arrays.copyOf(valid, random.nextInt(valid.length)), true);
            case 1 -> new Frame("bits flipped", flipped(valid), false);
            case 2 -> new Frame("bytes lost", without(valid), false);
            case 3 ->
                    new Frame(
                            "bytes put in",
                            withBytes(valid, randomBytes(1 + random.nextInt(6))),
                            false);
            case 4 -> new Frame("a part twice", repeated(valid), false);
            case 5 -> wrongEnvelope(message);
            case 6 -> wrongParams(message);
            case 7 -> repeatedName(message);
            case 8 -> nested(message);
            case 9 -> hugeNumber(message);
            case 10 -> invalidUtf8(message);
            case 11 -> notJson(message);
            default -> wrongRoot(message);
        };
    }

    private <T> T one(List<T> of) {
        return of.get(random.nextInt(of.size()));
    }

    private byte[] randomBytes(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    byte[] flipped(byte[] valid) {
        byte[] bytes = valid.clone();
        for (int i = 1 + random.nextInt(4); i > 0; i--) {
            bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        }
        return bytes;
    }

    private byte[] without(byte[] valid) {
        int from = random.nextInt(valid.length);
        int to = Math.min(valid.length, from + 1 + random.nextInt(8));
        return spliced(valid, from, new byte[0], to);
    }

    byte[] withBytes(byte[] valid, byte[] more) {
        int at = random.nextInt(valid.length);
        return spliced(valid, at, more, at);
    }

    private byte[] repeated(byte[] valid) {
        int from = random.nextInt(valid.length);
        int to = Math.min(valid.length, from + 1 + random.nextInt(40));
        return spliced(valid, to, Arrays.copyOfRange(valid, from, to), to);
    }

    private static byte[] spliced(byte[] valid, int until, byte[] middle, int from) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(valid, 0, until);
        out.writeBytes(middle);
        out.write(valid, from, valid.length - from);
        return out.toByteArray();
    }

    private static Frame frame(String how, String text, boolean mustFail) {
        return new Frame(how, text.getBytes(StandardCharsets.UTF_8), mustFail);
    }

    private Frame wrongEnvelope(JsonObject message) {
        String name = one(List.of("jsonrpc", "id", "method", "params"));
        if (random.nextInt(4) == 0) {
            return frame("without " + name, message.without(name).toJson(), false);
        }
        JsonValue wrong = Json.parse(one(WRONG_VALUES));
        boolean mustFail = name.equals("jsonrpc") || name.equals("method");
        return frame(name + " of another kind", message.with(name, wrong).toJson(), mustFail);
    }

    private Frame wrongParams(JsonObject message) {
        JsonObject params = message.requireObject("params");
        if (params.isEmpty()) {
            return wrongEnvelope(message);
        }
        String name = one(List.copyOf(params.keys()));
        if (name.equals("_meta") && random.nextBoolean()) {
            return wrongMeta(message, params);
        }
        JsonValue right = params.get(name);
        JsonValue wrong = Json.parse(one(WRONG_VALUES));
        boolean mustFail = right != null && right.getClass() != wrong.getClass();
        return frame(
                "params." + name + " of another kind",
                message.with("params", params.with(name, wrong)).toJson(),
                mustFail);
    }

    private Frame wrongMeta(JsonObject message, JsonObject params) {
        JsonObject meta = params.requireObject("_meta");
        String name = one(List.copyOf(meta.keys()));
        JsonValue wrong = JsonArray.of(1, 2);
        return frame(
                "_meta " + name + " of another kind",
                message.with("params", params.with("_meta", meta.with(name, wrong))).toJson(),
                !name.endsWith("clientInfo"));
    }

    private Frame repeatedName(JsonObject message) {
        String text = message.toJson();
        String name = one(List.of("jsonrpc", "id", "method", "params", "extra"));
        String member =
                "\"" + name + "\":" + one(List.of("1", "\"2.0\"", "\"ping\"", "{}", "null"));
        String more = name.equals("extra") ? member + ',' + member : member;
        return frame("a name twice", text.substring(0, text.length() - 1) + ',' + more + '}', true);
    }

    private Frame nested(JsonObject message) {
        int depth = one(List.of(10, 98, 99, 100, 101, 102, 1_000, 20_000, 100_000));
        boolean isArray = random.nextBoolean();
        String open = isArray ? "[" : "{\"a\":";
        String close = isArray ? "]" : "}";
        String tower =
                open.repeat(depth) + "1" + (random.nextInt(4) == 0 ? "" : close.repeat(depth));
        if (random.nextInt(3) == 0) {
            return frame("nested " + depth + " deep", tower, true);
        }
        String text = message.toJson();
        return frame(
                "nested " + depth + " deep inside",
                text.substring(0, text.length() - 1) + ",\"extra\":" + tower + '}',
                false);
    }

    private Frame hugeNumber(JsonObject message) {
        int digits = one(List.of(18, 19, 20, 60, 255, 256, 257, 5_000, 100_000));
        String number =
                switch (random.nextInt(4)) {
                    case 0 -> "9".repeat(digits);
                    case 1 -> "-1." + "0".repeat(digits) + "1";
                    case 2 -> "1e" + "9".repeat(digits);
                    default -> "1E-" + "9".repeat(digits);
                };
        String name = one(List.of("id", "extra"));
        String text = message.without(name).toJson();
        return frame(
                "a number of " + digits + " digits",
                text.substring(0, text.length() - 1) + ",\"" + name + "\":" + number + '}',
                false);
    }

    private Frame invalidUtf8(JsonObject message) {
        return new Frame(
                "invalid UTF-8",
                withBytes(Rpc.bytes(message), HexFormat.of().parseHex(one(INVALID_UTF8))),
                true);
    }

    private Frame notJson(JsonObject message) {
        String text = message.toJson();
        String wrong = one(NOT_JSON);
        return switch (random.nextInt(3)) {
            case 0 -> frame("no JSON", wrong, true);
            case 1 ->
                    frame(
                            "no JSON behind",
                            text + one(List.of("x", "{}", "]", "}", ",", "\u0000", text)),
                            true);
            default ->
                    frame(
                            "no JSON inside",
                            text.substring(0, text.length() - 1) + ",\"extra\":" + wrong + '}',
                            true);
        };
    }

    private Frame wrongRoot(JsonObject message) {
        String text = message.toJson();
        return switch (random.nextInt(4)) {
            case 0 -> frame("a batch", "[" + text + "]", true);
            case 1 -> frame("a batch of " + 101, "[" + "1,".repeat(100) + "1]", true);
            case 2 -> frame("a mark of byte order", "\uFEFF" + text, true);
            default -> frame("another root", one(ROOTS), false);
        };
    }
}
