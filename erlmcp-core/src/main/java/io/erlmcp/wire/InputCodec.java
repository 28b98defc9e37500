package io.erlmcp.wire;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.ListRootsResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TaskWish;
import java.util.LinkedHashMap;
import java.util.Map;

/** Questions to a client and their answers, of every kind. */
final class InputCodec {
    private InputCodec() {}

    static boolean knows(InputRequest question, Dialect dialect) {
        return switch (question) {
            case ElicitForm it -> dialect.elicitation();
            case ElicitUrl it -> dialect.elicitationModes();
            case CreateMessage it -> true;
            case ListRoots it -> true;
        };
    }

    static void writeParams(InputRequest question, Dialect dialect, JsonWriter out) {
        if (!knows(question, dialect)) {
            throw new McpException(
                    ErrorCode.MISSING_CLIENT_CAPABILITY,
                    "protocol "
                            + dialect.revision()
                            + " has no "
                            + (question instanceof ElicitUrl
                                    ? "elicitation of mode url"
                                    : "elicitation"));
        }
        switch (question) {
            case ElicitForm form -> ElicitationCodec.write(form, dialect, out);
            case ElicitUrl page -> ElicitationCodec.write(page, dialect, out);
            case CreateMessage message -> SamplingCodec.write(message, dialect, out);
            case ListRoots roots -> out.beginObject().endObject();
        }
    }

    /** Writes the params with the task that asks, and the wish for one that answers. */
    static void writeFramed(
            InputRequest question, QuestionFrame frame, Dialect dialect, JsonWriter out) {
        JsonWriter plain = new JsonWriter();
        writeParams(question, dialect, plain);
        JsonObject params = Json.parseObject(plain.toByteArray());
        out.beginObject();
        String taskId = frame.relatedTask();
        if (taskId != null) {
            Writes.meta(out, JsonObject.of(MetaKeys.RELATED_TASK, JsonObject.of("taskId", taskId)));
        }
        TaskWish wish = frame.asTask();
        if (wish != null) {
            TaskCodec.write(wish, out);
        }
        params.members().forEach(out::field);
        out.endObject();
    }

    /** Writes the member that carries several questions by their keys. */
    static void writeAll(Map<String, InputRequest> questions, Dialect dialect, JsonWriter out) {
        out.name("inputRequests").beginObject();
        for (Map.Entry<String, InputRequest> question : questions.entrySet()) {
            out.name(question.getKey()).beginObject();
            out.field("method", Methods.of(question.getValue())).name("params");
            writeParams(question.getValue(), dialect, out);
            out.endObject();
        }
        out.endObject();
    }

    static Map<String, InputRequest> readAll(JsonObject from, Dialect dialect) {
        Map<String, InputRequest> questions = new LinkedHashMap<>();
        Reads.objectOrEmpty(from, "inputRequests")
                .members()
                .forEach(
                        (key, value) -> {
                            JsonObject question =
                                    Reads.object(
                                            "member 'inputRequests." + Reads.quote(key) + "'",
                                            value);
                            JsonObject params = Reads.objectOrEmpty(question, "params");
                            questions.put(
                                    key, read(question.requireString("method"), params, dialect));
                        });
        return questions;
    }

    static InputRequest read(String method, JsonObject params, Dialect dialect) {
        return Reads.checked(
                method,
                () ->
                        switch (method) {
                            case Methods.ELICIT -> {
                                if (!dialect.elicitation()) {
                                    throw McpException.methodNotFound(method);
                                }
                                yield ElicitationCodec.read(params, dialect);
                            }
                            case Methods.CREATE_MESSAGE -> SamplingCodec.read(params);
                            case Methods.LIST_ROOTS -> new ListRoots();
                            default -> throw McpException.methodNotFound(Reads.quote(method));
                        });
    }

    static void write(InputResponse response, Dialect dialect, JsonWriter out) {
        switch (response) {
            case ElicitResult result -> ElicitationCodec.write(result, out);
            case CreateMessageResult result -> SamplingCodec.write(result, dialect, out);
            case ListRootsResult result -> RootsCodec.write(result, out);
        }
    }

    static InputResponse readAnswer(InputRequest question, JsonValue answer) {
        return Reads.checked(
                "answer to " + Methods.of(question),
                () -> {
                    JsonObject object = Reads.object("answer", answer);
                    return switch (question) {
                        case ElicitForm form -> ElicitationCodec.readAnswer(form, object);
                        case ElicitUrl page -> ElicitationCodec.readAnswer(object);
                        case CreateMessage message -> SamplingCodec.readAnswer(object);
                        case ListRoots roots -> RootsCodec.readAnswer(object);
                    };
                });
    }
}
