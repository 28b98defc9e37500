package io.erlmcp.supervision;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;

/**
 * What all supervisors of one tree share.
 *
 * @param timers owned by whoever made the tree, and closed after it
 * @param advisor asked after each failure
 * @param gate asked before each start
 */
public record Surroundings(
        Time time, Timers timers, Observer observer, RestartAdvisor advisor, StartGate gate) {
    /** With growing pauses between restarts, and no gate. */
    public Surroundings(Time time, Timers timers, Observer observer) {
        this(time, timers, observer, RestartAdvisor.backoff(), StartGate.OPEN);
    }

    void tell(SupervisionEvent event) {
        try {
            observer.on(event);
        } catch (RuntimeException | Error bug) {
            // an observer's bug must not leave a component without its supervisor
            report(bug);
        }
    }

    static void report(Throwable bug) {
        Threads.uncaught(bug);
    }
}
