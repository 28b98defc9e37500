package io.erlmcp.transport;

import io.erlmcp.rpc.RequestId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One message of a client.
 *
 * <p>The bytes are written once and belong to the message: nobody changes or compares them.
 *
 * @param id the id of a request; null for a notification or an answer
 * @param label what it is, for names of threads: a method, or {@code response}
 * @param body the UTF-8 text of one JSON value on one line
 * @param headers names and values in turn, ready to be sent, for transports whose messages have
 *     headers
 */
@SuppressWarnings("ArrayRecordComponent")
public record OutgoingMessage(
        @Nullable RequestId id, String label, byte[] body, List<String> headers) {
    public OutgoingMessage {
        if (headers.size() % 2 != 0) {
            throw new IllegalArgumentException(
                    "headers must be names and values in turn, got " + headers.size());
        }
        headers = List.copyOf(headers);
    }
}
