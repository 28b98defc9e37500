package io.erlmcp.bench;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Decides whether an answer is the right one. An answer is parsed and read; once one was right, the
 * next ones only have to be the same bytes around their own id and text. What differs is parsed
 * again, so that the comparison saves time and never decides against an answer. One thread.
 */
final class AnswerCheck {
    private static final int MAX_SHOWN = 200;

    private final Workload workload;
    private @Nullable AnswerShape shape;

    /** What has to be the same in every answer: the list, the text or the version. */
    private @Nullable JsonValue first;

    AnswerCheck(Workload workload) {
        this.workload = workload;
    }

    /**
     * @param bytes holds the answer from {@code from} up to {@code to}
     * @param isEventStream the answer is a stream of events rather than one message
     * @param slot the request's slot, see {@link Messages#token}
     */
    Verdict check(
            byte[] bytes, int from, int to, boolean isEventStream, RequestBytes request, int slot) {
        if (shape != null && shape.matches(bytes, from, to, request)) {
            return Verdict.RIGHT;
        }
        Verdict verdict;
        try {
            List<byte[]> messages =
                    isEventStream
                            ? EventStream.messages(bytes, from, to)
                            : List.of(Arrays.copyOfRange(bytes, from, to));
            verdict = read(messages, request, slot);
        } catch (JsonException e) {
            return new Verdict.Wrong("no JSON: " + shown(bytes, from, to));
        }
        if (verdict instanceof Verdict.Right && workload != Workload.PROGRESS) {
            shape = AnswerShape.of(bytes, from, to, request);
        }
        return verdict instanceof Verdict.Wrong wrong
                ? new Verdict.Wrong(wrong.what() + ": " + shown(bytes, from, to))
                : verdict;
    }

    private Verdict read(List<byte[]> messages, RequestBytes request, int slot) {
        double progress = 0;
        int notifications = 0;
        for (byte[] message : messages) {
            JsonObject read = Json.parseObject(message);
            if (!read.has("method")) {
                boolean isComplete =
                        workload != Workload.PROGRESS
                                || notifications == BenchPlan.PROGRESS_PER_CALL;
                return isComplete
                        ? answer(read, request)
                        : new Verdict.Wrong(notifications + " progress notifications");
            }
            if (read.string("method").orElse("").equals("notifications/progress")) {
                JsonObject params = read.requireObject("params");
                double next = params.requireNumber("progress");
                if (next <= progress
                        || !params.requireString("progressToken").equals(Messages.token(slot))) {
                    return new Verdict.Wrong("progress of another request, or backwards");
                }
                progress = next;
                notifications++;
            }
        }
        return new Verdict.Wrong("no answer in the stream");
    }

    /** Decides on the first message of a {@code subscriptions/listen} stream. */
    static Verdict acknowledged(byte[] message, RequestBytes request) {
        try {
            JsonObject read = Json.parseObject(message);
            boolean isRight =
                    read.string("method")
                                    .orElse("")
                                    .equals("notifications/subscriptions/acknowledged")
                            && read.requireObject("params")
                                    .requireObject("_meta")
                                    .integer("io.modelcontextprotocol/subscriptionId")
                                    .filter(id -> id == request.id())
                                    .isPresent();
            return isRight
                    ? Verdict.RIGHT
                    : new Verdict.Wrong("no acknowledgement: " + shown(message, 0, message.length));
        } catch (JsonException e) {
            return new Verdict.Wrong("no JSON: " + shown(message, 0, message.length));
        }
    }

    private Verdict answer(JsonObject message, RequestBytes request) {
        if (message.get("error") instanceof JsonObject error) {
            return new Verdict.Refused("JSON-RPC " + error.integer("code").orElse(0L));
        }
        if (!(message.get("id") instanceof JsonNumber id) || id.longValue() != request.id()) {
            return new Verdict.Wrong("not the id " + request.id());
        }
        if (!(message.get("result") instanceof JsonObject result)) {
            return new Verdict.Wrong("no result");
        }
        return switch (workload) {
            case TOOLS_CALL -> text(result, request.text());
            case PROGRESS -> text(result, null);
            case TOOLS_LIST -> list(result);
            case INITIALIZE -> initialized(result);
            case STREAMS -> new Verdict.Wrong("an answer where a stream begins");
        };
    }

    /**
     * @param sent the text of the request; null where the tool says the same each time
     */
    private Verdict text(JsonObject result, @Nullable String sent) {
        if (result.bool("isError").orElse(false)) {
            return new Verdict.Refused("tool failure");
        }
        boolean isText =
                result.get("content") instanceof JsonArray content
                        && content.size() > 0
                        && content.get(0) instanceof JsonObject block
                        && block.get("text") instanceof JsonString text
                        && (sent == null ? isAsBefore(text) : text.value().equals(sent));
        return isText ? Verdict.RIGHT : new Verdict.Wrong("not the text that was expected");
    }

    private Verdict list(JsonObject result) {
        JsonArray tools = result.requireArray("tools");
        return tools.size() > 0 && isAsBefore(tools)
                ? Verdict.RIGHT
                : new Verdict.Wrong("not the list of before");
    }

    /** A server may offer another version than the one that was asked for, but always that one. */
    private Verdict initialized(JsonObject result) {
        boolean isRight =
                result.has("serverInfo")
                        && result.get("protocolVersion") instanceof JsonString version
                        && Messages.isLegacy(version.value())
                        && isAsBefore(version);
        return isRight ? Verdict.RIGHT : new Verdict.Wrong("no serverInfo, or not the version");
    }

    private boolean isAsBefore(JsonValue value) {
        if (first == null) {
            first = value;
        }
        return value.equals(first);
    }

    private static String shown(byte[] bytes, int from, int to) {
        int end = Math.min(to, from + MAX_SHOWN);
        StringBuilder text = new StringBuilder();
        for (int i = from; i < end; i++) {
            text.append(bytes[i] >= ' ' && bytes[i] < 0x7f ? (char) bytes[i] : '.');
        }
        return end < to ? text + "..." : text.toString();
    }
}
