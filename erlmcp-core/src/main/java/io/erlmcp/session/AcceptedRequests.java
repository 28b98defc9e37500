package io.erlmcp.session;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.EnvelopeScanner;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.rpc.RpcReader;
import java.util.Arrays;

/**
 * Requests that outlive the process, because their client can come back for the answer: those of a
 * durable session that wait for their turn on a stream. What was not begun is run by the next
 * process, once; what was begun is answered as interrupted.
 */
final class AcceptedRequests {
    private static final RpcError INTERRUPTED =
            new RpcError(
                    ErrorCode.INTERRUPTED,
                    "The server died while it worked on this request; it was not run again",
                    null);
    private static final RpcError UNREADABLE =
            new RpcError(
                    ErrorCode.INTERRUPTED,
                    "The server was started again and does not read this request any more",
                    null);

    private AcceptedRequests() {}

    /** For a request that was left to the next process a moment before it would have begun. */
    static McpException left() {
        return new McpException(
                ErrorCode.INTERRUPTED, "The server has stopped; the next one runs this request");
    }

    /** What is recorded of a request. */
    static EventLog.Work work(RpcMessage.Request request) {
        return new EventLog.Work(
                bytes(request.envelope()), Messages.error(request.id(), INTERRUPTED).toByteArray());
    }

    private static byte[] bytes(Envelope envelope) {
        JsonSlice root = envelope.root();
        return Arrays.copyOfRange(root.bytes(), root.offset(), root.offset() + root.length());
    }

    /** True for what the client can come back for, and is not too long to be kept. */
    static boolean mayRecord(LegacySession session, RpcMessage.Request request) {
        return session.record().revision().isAtLeast(Revision.R2025_11_25)
                && request.envelope().root().length() <= session.limits().kept().maxMessageBytes()
                && session.log().isDurable();
    }

    /** True when the request was recorded by an earlier process: it must not run again. */
    static boolean isReplay(LegacySession session, RpcMessage.Request request) {
        EventLog log = session.logIfAny();
        return log != null && log.isReplay(bytes(request.envelope()));
    }

    /** Runs what an earlier process accepted for a session that is live again. */
    static void run(LegacySession session, LegacyHttp http) {
        for (EventLog.Accepted accepted : session.log().accepted()) {
            StreamReply reply = new StreamReply(session, accepted);
            if (read(session, accepted.work()) instanceof RpcMessage.Request request) {
                http.inSession(request, session, reply);
            } else {
                JsonWriter answer = Messages.error(null, UNREADABLE);
                reply.answer(answer, UNREADABLE);
            }
        }
    }

    private static RpcMessage read(LegacySession session, EventLog.Work work) {
        byte[] message = work.message();
        try {
            return RpcReader.read(
                    EnvelopeScanner.scan(message, 0, message.length, session.limits().json()));
        } catch (JsonException unreadable) {
            return new RpcMessage.Invalid(null, String.valueOf(unreadable.getMessage()));
        }
    }
}
