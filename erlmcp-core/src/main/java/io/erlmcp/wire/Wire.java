package io.erlmcp.wire;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.Task;
import io.erlmcp.protocol.TaskWish;
import org.jspecify.annotations.Nullable;

/**
 * The codec of one revision: JSON to vocabulary and back. Stateless and thread-safe. Reads throw
 * {@link io.erlmcp.protocol.McpException} with -32602 that names the member; writes leave out what
 * the revision does not know.
 */
public sealed interface Wire permits DialectWire {
    /** The codec of {@code revision}. */
    static Wire of(Revision revision) {
        return Wires.of(revision);
    }

    Revision revision();

    // ---- what a server reads ----

    /**
     * The {@code _meta} of a request. In the modern era version and capabilities are required
     * (-32602).
     */
    RequestMeta readMeta(Envelope request);

    /**
     * The params of a request.
     *
     * @return null when the method does not exist in this revision
     */
    @Nullable ClientRequest readRequest(String method, Envelope request);

    /**
     * The task by which a client answers a question (2025-11-25), or null where it just answers.
     */
    @Nullable Task readCreatedTask(JsonValue answer);

    /** The client's answer to {@code question}. */
    InputResponse readInputResponse(InputRequest question, JsonValue answer);

    // ---- what a server writes ----

    /**
     * Writes the value of {@code result}, a JSON object, with {@code serverInfo} in its meta in the
     * modern era.
     */
    void writeResult(ServerResult result, ResultMeta meta, JsonWriter out);

    /**
     * Whether this revision has the notification; one that it does not have must not be written.
     */
    boolean knows(ServerNotification notification);

    /** The method of a notification. */
    String method(ServerNotification notification);

    /**
     * Writes the value of {@code params}; {@code subscriptionId} is that of the listen stream it
     * goes to, or null. It comes last, so that all before it is the same for every stream.
     */
    void writeNotificationParams(
            ServerNotification notification, @Nullable JsonValue subscriptionId, JsonWriter out);

    /**
     * As {@link #writeNotificationParams}, for what a task of the legacy era says behind the answer
     * that made it.
     */
    void writeTaskNotificationParams(
            ServerNotification notification, String taskId, JsonWriter out);

    /**
     * Whether this revision has the question; one that it does not have is refused by writing it.
     */
    boolean knows(InputRequest question);

    /** Whether a client with these capabilities may answer the question by a task (2025-11-25). */
    boolean mayBeTask(InputRequest question, ClientCapabilities client);

    /** The method of a question. */
    String method(InputRequest question);

    /** Writes the value of {@code params} of a question, with what stands around it. */
    void writeInputRequestParams(InputRequest question, QuestionFrame frame, JsonWriter out);

    /** Writes the value of {@code params} of a question. */
    default void writeInputRequestParams(InputRequest question, JsonWriter out) {
        writeInputRequestParams(question, QuestionFrame.NONE, out);
    }

    // ---- what a client writes and reads ----

    /** The method of a request. */
    String method(ClientRequest request);

    /**
     * Writes the value of {@code params}, with {@code _meta}: the modern era's envelope, progress
     * token, trace context.
     *
     * @param retry answers and state of a multi-round-trip request, or null
     */
    void writeRequestParams(
            ClientRequest request, RequestMeta meta, @Nullable Retry retry, JsonWriter out);

    /**
     * The result of {@code request}; in the modern era possibly {@link
     * io.erlmcp.protocol.InputRequired}.
     */
    ServerResult readResult(ClientRequest request, JsonObject result);

    /** Who answered, in the modern era: display data, null if the server does not say. */
    @Nullable Implementation serverInfo(JsonObject result);

    /** A notification of a server, or null when this revision does not know the method. */
    @Nullable ServerNotification readNotification(String method, JsonObject params);

    /**
     * Which listen stream a notification with these params came for, in the modern era; null if it
     * says none.
     */
    @Nullable JsonValue subscriptionId(JsonObject params);

    /**
     * A question of a server (legacy: the params of its request; modern: an entry of
     * inputRequests).
     */
    InputRequest readInputRequest(String method, JsonObject params);

    /** The server's wish that its question is answered by a task (2025-11-25), or null. */
    @Nullable TaskWish readTaskWish(JsonObject params);

    /** A request of a server about a task of its client (2025-11-25); null where it is none. */
    @Nullable ClientRequest readTaskRequest(String method, JsonObject params);

    /** Writes an answer to a question. */
    void writeInputResponse(InputResponse response, JsonWriter out);
}
