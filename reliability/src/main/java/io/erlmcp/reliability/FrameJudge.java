package io.erlmcp.reliability;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.Set;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.core.json.JsonReadFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Says what a frame is, without asking the product: UTF-8 by the JDK, JSON by Jackson, and what a
 * JSON-RPC message is by the rules written down here once more.
 */
final class FrameJudge {
    /** What a frame is, and so what must come back. */
    enum Kind {
        /**
         * Not JSON, or over a limit of the parser, or with a name twice where it decides: -32700.
         */
        UNREADABLE,
        /** JSON, but no JSON-RPC message: -32600. */
        NOT_A_MESSAGE,
        /** A notification or a response: nothing to say. */
        SILENT,
        /** A request: one answer with its id. */
        REQUEST,
        /** Where the specifications leave it open: any answer, but a well-formed one. */
        OPEN
    }

    /**
     * @param id the id that an answer must carry, as JSON; null for none, or where it is open
     *     whether there is an answer
     */
    record Verdict(Kind kind, @Nullable JsonNode id) {}

    private static final int MAX_DEPTH = 100;
    private static final int MAX_NUMBER = 256;
    private static final int MAX_NAME = 1024;
    private static final int MAX_BATCH = 100;
    private static final int MAX_ID_BITS = 63;
    private static final Pattern HALF_A_PAIR = Pattern.compile("\\\\u[dD][89a-fA-F]");
    private static final Verdict UNREADABLE = new Verdict(Kind.UNREADABLE, null);

    private final JsonMapper mapper;
    private final boolean isLenient;

    /**
     * @param isLenient a planted fault: takes much for JSON that is none
     */
    FrameJudge(boolean isLenient) {
        this.isLenient = isLenient;
        JsonFactory factory =
                JsonFactory.builder()
                        .streamReadConstraints(
                                StreamReadConstraints.builder()
                                        .maxNestingDepth(1_000_000)
                                        .maxNumberLength(1_000_000)
                                        .maxNameLength(1_000_000)
                                        .build())
                        .configure(JsonReadFeature.ALLOW_TRAILING_COMMA, isLenient)
                        .configure(JsonReadFeature.ALLOW_SINGLE_QUOTES, isLenient)
                        .configure(JsonReadFeature.ALLOW_JAVA_COMMENTS, isLenient)
                        .configure(JsonReadFeature.ALLOW_NON_NUMERIC_NUMBERS, isLenient)
                        .configure(JsonReadFeature.ALLOW_UNESCAPED_CONTROL_CHARS, isLenient)
                        .build();
        this.mapper = JsonMapper.builder(factory).build();
    }

    Verdict judge(byte[] frame) {
        String text = decode(frame);
        if (text == null || text.startsWith("\uFEFF")) {
            return UNREADABLE;
        }
        Shape shape;
        try {
            shape = shape(text);
        } catch (JacksonException e) {
            return UNREADABLE;
        }
        if (shape.isOverLimit() || shape.shallowestRepeat() == 1) {
            return UNREADABLE;
        }
        JsonNode root = mapper.readTree(text);
        if (root.isArray() && root.size() > MAX_BATCH) {
            return UNREADABLE;
        }
        boolean isOpen = shape.shallowestRepeat() <= MAX_DEPTH || HALF_A_PAIR.matcher(text).find();
        Verdict message = message(root);
        return isOpen
                ? new Verdict(Kind.OPEN, message.kind() == Kind.REQUEST ? message.id() : null)
                : message;
    }

    private @Nullable String decode(byte[] frame) {
        if (isLenient) {
            return new String(frame, StandardCharsets.UTF_8);
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .onUnmappableCharacter(CodingErrorAction.REPORT)
                    .decode(ByteBuffer.wrap(frame))
                    .toString();
        } catch (CharacterCodingException e) {
            return null;
        }
    }

    /**
     * @param shallowestRepeat how deep the outermost object lies that has a name twice; past all
     *     limits when none has
     */
    private record Shape(boolean isOverLimit, int shallowestRepeat) {}

    private Shape shape(String text) {
        ArrayDeque<Set<String>> names = new ArrayDeque<>();
        boolean isOver = false;
        int repeat = Integer.MAX_VALUE;
        int roots = 0;
        try (JsonParser parser = mapper.createParser(text)) {
            for (JsonToken token = parser.nextToken(); token != null; token = parser.nextToken()) {
                if (names.isEmpty() && roots++ > 0) {
                    return new Shape(true, repeat);
                }
                if (token.isStructStart()) {
                    names.push(new HashSet<>());
                    isOver |= names.size() > MAX_DEPTH;
                } else if (token.isStructEnd()) {
                    names.pop();
                } else if (token == JsonToken.PROPERTY_NAME) {
                    String name = parser.currentName();
                    isOver |= name.length() > MAX_NAME;
                    repeat = names.element().add(name) ? repeat : Math.min(repeat, names.size());
                } else if (token.isNumeric()) {
                    isOver |= parser.getString().length() > MAX_NUMBER;
                }
            }
        }
        return new Shape(isOver || roots == 0, repeat);
    }

    private static Verdict message(JsonNode root) {
        JsonNode id = root.get("id");
        boolean isText = id != null && id.isString();
        boolean isWhole =
                id != null
                        && id.isIntegralNumber()
                        && id.bigIntegerValue().bitLength() <= MAX_ID_BITS;
        JsonNode echoed = isText || isWhole ? id : null;
        JsonNode version = root.get("jsonrpc");
        if (!root.isObject()
                || version == null
                || !version.isString()
                || !version.stringValue().equals("2.0")) {
            return new Verdict(Kind.NOT_A_MESSAGE, echoed);
        }
        if (id != null && id.isFloatingPointNumber()) {
            return new Verdict(Kind.OPEN, null); // 1.0 is an integer to some
        }
        return root.has("method") ? call(root, id, echoed) : response(root, echoed);
    }

    private static Verdict call(JsonNode root, @Nullable JsonNode id, @Nullable JsonNode echoed) {
        JsonNode method = root.get("method");
        JsonNode params = root.get("params");
        boolean isWell =
                method.isString()
                        && !method.stringValue().isEmpty()
                        && (params == null || params.isObject())
                        && (id == null || echoed != null);
        if (!isWell) {
            return new Verdict(Kind.NOT_A_MESSAGE, echoed);
        }
        return echoed == null ? new Verdict(Kind.SILENT, null) : new Verdict(Kind.REQUEST, echoed);
    }

    private static Verdict response(JsonNode root, @Nullable JsonNode echoed) {
        JsonNode error = root.get("error");
        boolean isResult = root.has("result") && error == null && echoed != null;
        boolean isError =
                error != null
                        && !root.has("result")
                        && error.isObject()
                        && error.path("code").isIntegralNumber()
                        && error.path("message").isString();
        return isResult || isError
                ? new Verdict(Kind.SILENT, null)
                : new Verdict(Kind.NOT_A_MESSAGE, echoed);
    }
}
