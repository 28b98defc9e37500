package io.erlmcp.upstream;

import io.erlmcp.feature.CallContext;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Calls whose caller went to answer questions and comes back in another request (modern era). They
 * are on this node only, and end by themselves when nobody comes back. Bounded.
 */
final class ParkedCalls {
    private static final int MAX_PARKED = 1_000;

    /** Longer than a question waits: what is older has ended. */
    private static final Duration KEPT = Relay.QUESTION_PATIENCE.plusMinutes(1);

    private static final String KEY = "io.erlmcp/upstream-call";

    private record Parked(Relay<?> relay, long atNanos) {}

    private final Map<String, Parked> parked = new ConcurrentHashMap<>();
    private final Time time;

    ParkedCalls(Time time) {
        this.time = time;
    }

    /** Carries a call through one round of its caller. */
    <T> T carry(CallContext context, String name, Relay.Work<T> work) throws Exception {
        boolean[] isFirst = new boolean[1];
        String id =
                context.once(
                        KEY,
                        String.class,
                        () -> {
                            isFirst[0] = true;
                            return UUID.randomUUID().toString();
                        });
        Relay<T> relay = isFirst[0] ? begin(context, name, work) : again(context, id);
        try {
            return relay.await();
        } catch (Exception e) {
            relay.cancel();
            throw e;
        } catch (Error stop) {
            // how a caller of the modern era leaves to be asked; it comes back
            park(id, relay);
            throw stop;
        }
    }

    private <T> Relay<T> begin(CallContext context, String name, Relay.Work<T> work) {
        Relay<T> relay = new Relay<>(context);
        relay.start(name, work);
        return relay;
    }

    private void park(String id, Relay<?> relay) {
        long now = time.nanos();
        parked.values().removeIf(it -> now - it.atNanos() > KEPT.toNanos());
        if (parked.size() >= MAX_PARKED) {
            relay.cancel();
            throw new McpException(
                    ErrorCode.OVERLOADED,
                    "Overloaded: " + MAX_PARKED + " calls wait for answers of their callers",
                    JsonObject.of("retryAfterMs", 1000));
        }
        parked.put(id, new Parked(relay, now));
    }

    /** The id is sealed into the caller's state, for the same request of the same caller. */
    @SuppressWarnings("unchecked")
    private <T> Relay<T> again(CallContext context, String id) {
        Parked known = parked.remove(id);
        if (known == null) {
            throw new McpException(
                    ErrorCode.INTERRUPTED,
                    "The call that asked is not there any more: begin again");
        }
        known.relay().continueWith(context);
        return (Relay<T>) known.relay();
    }

    int size() {
        return parked.size();
    }
}
