package io.erlmcp.dispatch;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.Restraint;
import io.erlmcp.resilience.Room;

/**
 * Refuses what would stay for long and is one too many while the node holds back: a session, a
 * stream, a subscription, a task. What is there already goes on.
 *
 * <p>Process model: no thread and no lock, so that several who come at once may all get in.
 */
public final class Intake {
    /** When to come back: holding back ends in steps, and looks are at least this far apart. */
    private static final long RETRY_AFTER_MILLIS = 2_000;

    /** What may be asked for, by the words of the metrics. */
    public enum Kind {
        SESSION("session"),
        STREAM("stream"),
        SUBSCRIPTION("subscription"),
        TASK("task");

        private final String word;

        Kind(String word) {
            this.word = word;
        }

        private int most(Restraint restraint) {
            Room room = restraint.room();
            return switch (this) {
                case SESSION -> room.sessions();
                case STREAM -> room.streams();
                case SUBSCRIPTION -> restraint.pausesUpdates() ? 0 : Integer.MAX_VALUE;
                case TASK -> room.tasks();
            };
        }
    }

    private final Brake brake;
    private final Observer observer;

    public Intake(Brake brake, Observer observer) {
        this.brake = brake;
        this.observer = observer;
    }

    /**
     * Lets one more in, where {@code open} are there.
     *
     * @throws McpException -31001 while the node holds back and there are that many already
     */
    public void admit(Kind kind, int open) {
        Restraint restraint = brake.now();
        int most = kind.most(restraint);
        if (open < most) {
            return;
        }
        observer.on(new DispatchEvent.HeldBack(kind.word));
        throw new McpException(
                ErrorCode.OVERLOADED,
                "Overloaded: "
                        + restraint.reason()
                        + "; no new "
                        + kind.word
                        + (most == 0 ? " for now" : " beyond " + most + " for now"),
                JsonObject.of(
                        "component", ComponentId.NODE.path(), "retryAfterMs", RETRY_AFTER_MILLIS));
    }
}
