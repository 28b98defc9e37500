package io.erlmcp.reliability;

import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Compares an answer with what the judge says about the frame. */
final class AnswerCheck {
    static final int PARSE_ERROR = -32700;
    static final int INVALID_REQUEST = -32600;
    private static final int INTERNAL_ERROR = -32603;
    private static final Set<String> INDISCREET =
            Set.of("Exception", "java.", "io.erlmcp.", "\tat ", ".java:");
    private static final JsonMapper MAPPER = JsonMapper.builder().build();

    private final boolean mixesCodes;

    /**
     * @param mixesCodes a planted fault: reads one code as the other
     */
    AnswerCheck(boolean mixesCodes) {
        this.mixesCodes = mixesCodes;
    }

    /** What is wrong with {@code answer}, or null. */
    @Nullable String problem(Frame frame, FrameJudge.Verdict verdict, @Nullable String answer) {
        if (answer == null) {
            boolean mayBeSilent =
                    verdict.kind() == FrameJudge.Kind.SILENT
                            || verdict.kind() == FrameJudge.Kind.OPEN;
            return mayBeSilent ? null : "no answer";
        }
        JsonNode message;
        try {
            message = MAPPER.readTree(answer);
        } catch (JacksonException e) {
            return "the answer is no JSON";
        }
        if (!message.path("jsonrpc").asString("").equals("2.0")
                || message.has("result") == message.has("error")) {
            return "the answer is no response";
        }
        if (INDISCREET.stream()
                .anyMatch(word -> answer.contains(word) && !frame.shown().contains(word))) {
            return "the answer tells of the inside";
        }
        JsonNode error = message.get("error");
        if (error == null
                && frame.mustFail()
                && !message.path("result").path("isError").asBoolean(false)) {
            return "a success";
        }
        return code(verdict, message, error == null ? 0 : seen(error.path("code").asInt(0)));
    }

    private int seen(int code) {
        return mixesCodes && code == PARSE_ERROR ? INVALID_REQUEST : code;
    }

    private static @Nullable String code(FrameJudge.Verdict verdict, JsonNode message, int code) {
        if (code == INTERNAL_ERROR) {
            return "an internal error";
        }
        return switch (verdict.kind()) {
            case UNREADABLE -> {
                boolean hasId = !message.path("id").isNull() && message.has("id");
                yield code != PARSE_ERROR
                        ? "not " + PARSE_ERROR
                        : hasId ? "an id out of nothing" : null;
            }
            case NOT_A_MESSAGE ->
                    code != INVALID_REQUEST ? "not " + INVALID_REQUEST : id(verdict, message);
            case SILENT -> code == 0 ? "a result for what is no request" : null;
            case REQUEST -> code == PARSE_ERROR ? "taken for no JSON" : id(verdict, message);
            case OPEN -> null;
        };
    }

    private static @Nullable String id(FrameJudge.Verdict verdict, JsonNode message) {
        JsonNode expected = verdict.id();
        JsonNode echoed = message.get("id");
        if (expected == null) {
            return echoed == null || echoed.isNull() ? null : "an id out of nothing";
        }
        if (echoed == null || echoed.isString() != expected.isString()) {
            return "not the id of the request";
        }
        boolean isSame =
                expected.isString()
                        ? expected.stringValue().equals(echoed.stringValue())
                        : echoed.isIntegralNumber()
                                && expected.bigIntegerValue().equals(echoed.bigIntegerValue());
        return isSame ? null : "not the id of the request";
    }
}
