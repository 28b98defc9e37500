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

    /** An observer that tells each of {@code observers} in turn. */
    static Observer of(List<Observer> observers) {
        List<Observer> all = List.copyOf(observers);
        return switch (all.size()) {
            case 0 -> NONE;
            case 1 -> all.getFirst();
            default ->
                    event -> {
                        for (Observer observer : all) {
                            observer.on(event);
                        }
                    };
        };
    }
}
