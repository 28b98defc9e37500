package io.erlmcp.observability;

import java.util.List;

/**
 * Hears of events on the thread where they happen; must be quick, thread-safe, and must not throw.
 */
@FunctionalInterface
public interface Observer {
    /** Hears nothing. */
    Observer NONE = event -> {};

    void on(Event event);

    /**
     * An observer that tells each of {@code observers} in turn. What one of them throws reaches
     * neither the others nor whoever tells: the thread's handler of uncaught exceptions hears of
     * the first, the second, the fourth time and so on.
     */
    static Observer of(List<Observer> observers) {
        return observers.isEmpty() ? NONE : new IsolatedObservers(observers);
    }
}
