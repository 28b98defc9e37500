package io.erlmcp.session;

import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.rpc.RpcWriter;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * A notification on its way to many: encoded once for each era, when the first of that era is told.
 * Used by one thread.
 */
final class Notice {
    /** What stands behind the id of a subscription, the last member of {@code _meta}. */
    private static final String END = "}}}";

    private static final JsonValue PLACE = JsonNumber.of(0);

    private final ServerNotification notification;
    private @Nullable SharedBytes forSessions;
    private @Nullable SharedBytes forStreams;

    Notice(ServerNotification notification) {
        this.notification = notification;
    }

    ServerNotification notification() {
        return notification;
    }

    /** The whole message, as sessions get it. */
    SharedBytes forSessions() {
        SharedBytes known = forSessions;
        if (known == null) {
            known = SharedBytes.of(encode(Revision.LATEST_LEGACY, null));
            forSessions = known;
        }
        return known;
    }

    /** The message for listen streams up to the id of the subscription; {@link #endFor} goes on. */
    SharedBytes forStreams() {
        SharedBytes known = forStreams;
        if (known == null) {
            byte[] whole = encode(Revision.LATEST, PLACE);
            int end = endFor(PLACE).length;
            known = SharedBytes.of(Arrays.copyOf(whole, whole.length - end));
            forStreams = known;
        }
        return known;
    }

    /** The rest of each message to the listen stream of that id. */
    static byte[] endFor(JsonValue subscriptionId) {
        return (subscriptionId.toJson() + END).getBytes(StandardCharsets.UTF_8);
    }

    private byte[] encode(Revision revision, @Nullable JsonValue subscriptionId) {
        Wire wire = Wire.of(revision);
        JsonWriter out = new JsonWriter();
        RpcWriter.notification(
                wire.method(notification),
                params -> wire.writeNotificationParams(notification, subscriptionId, params),
                out);
        return out.toByteArray();
    }
}
