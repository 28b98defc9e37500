package io.erlmcp.dispatch;

import io.erlmcp.feature.Priority;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.resilience.Restraint;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * Why a call is refused with -31001, and when to come back.
 *
 * @param reason for the metrics
 * @param message for the peer
 */
record Overload(
        DispatchEvent.Shed reason, Priority priority, String message, long retryAfterMillis) {
    private static final String COMPONENT = ComponentId.NODE.path();
    private static final long USUAL_MILLIS = 1_000;
    private static final long LEAST_MILLIS = 100;
    private static final long MOST_MILLIS = 30_000;

    /** The list is full for this priority. */
    static Overload full(int waiting, int limit, Priority priority, long waitNanos) {
        return new Overload(
                DispatchEvent.Shed.QUEUE,
                priority,
                waiting + " calls are waiting, the limit is " + limit + forPriority(priority),
                millis(waitNanos));
    }

    /** It would not get its turn in time. */
    static Overload tooLong(long waitNanos, Duration limit, Priority priority) {
        return new Overload(
                DispatchEvent.Shed.WAIT,
                priority,
                "it would wait for about "
                        + TimeUnit.NANOSECONDS.toMillis(waitNanos)
                        + " ms, the limit is "
                        + limit.toMillis()
                        + " ms",
                millis(waitNanos));
    }

    /** It did not get its turn in time. */
    static Overload waitedFor(Duration patience, Waiter waiter) {
        return new Overload(
                DispatchEvent.Shed.WAIT,
                waiter.priority(),
                "it waited for "
                        + patience.toMillis()
                        + " ms, the limit, while "
                        + waiter.line().quota().used()
                        + " calls of this caller ran",
                USUAL_MILLIS);
    }

    /** The node holds it back. */
    static Overload held(Restraint restraint, Priority priority) {
        return new Overload(
                DispatchEvent.Shed.PRESSURE,
                priority,
                restraint.reason() + "; calls of low priority are refused",
                USUAL_MILLIS);
    }

    private static String forPriority(Priority priority) {
        return switch (priority) {
            case LOW -> " for low priority";
            case NORMAL -> " for normal priority";
            case HIGH -> "";
        };
    }

    private static long millis(long waitNanos) {
        long millis = TimeUnit.NANOSECONDS.toMillis(waitNanos);
        return millis == 0 ? USUAL_MILLIS : Math.clamp(millis, LEAST_MILLIS, MOST_MILLIS);
    }

    McpException toException() {
        return new McpException(
                ErrorCode.OVERLOADED,
                "Overloaded: " + message,
                JsonObject.of("component", COMPONENT, "retryAfterMs", retryAfterMillis));
    }
}
