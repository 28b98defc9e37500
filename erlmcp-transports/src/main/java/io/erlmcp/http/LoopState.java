package io.erlmcp.http;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * What one event loop keeps: its connections, and a scratch array that requests are parsed from.
 *
 * <p>Process model: made with the server for each loop, touched by that loop only. A sweep over its
 * connections, at least once a second, finds those whose time is up.
 */
final class LoopState {
    /** As large as the largest read of the engine. */
    static final int SCRATCH_BYTES = 64 * 1024;

    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);
    private static final Duration SHORTEST_TICK = Duration.ofMillis(5);

    private final byte[] scratch = new byte[SCRATCH_BYTES];
    private final List<HttpConnection> connections = new ArrayList<>();

    byte[] scratch() {
        return scratch;
    }

    void add(HttpConnection connection) {
        connection.place(connections.size());
        connections.add(connection);
    }

    void remove(HttpConnection connection) {
        int place = connection.place();
        HttpConnection last = connections.removeLast();
        if (last != connection) {
            connections.set(place, last);
            last.place(place);
        }
    }

    /** Lets each connection look at its clock; it may leave while it does. */
    void sweep(long nowNanos) {
        for (int i = connections.size() - 1; i >= 0; i--) {
            if (i < connections.size()) {
                connections.get(i).tick(nowNanos);
            }
        }
    }

    /** Cuts what is left. */
    void cutAll() {
        for (HttpConnection connection : List.copyOf(connections)) {
            connection.cut(HttpEvent.CloseReason.SHUTDOWN);
        }
    }

    /**
     * How often to sweep, so that no time-out is late by more than a quarter of itself, or a
     * second.
     */
    static Duration tick(HttpServerConfig.Timeouts timeouts) {
        Duration tick = LONGEST_TICK;
        for (Duration timeout :
                List.of(
                        timeouts.header(),
                        timeouts.body(),
                        timeouts.idle(),
                        timeouts.write(),
                        timeouts.sseKeepAlive())) {
            Duration quarter = timeout.dividedBy(4);
            tick = quarter.compareTo(tick) < 0 ? quarter : tick;
        }
        return tick.compareTo(SHORTEST_TICK) < 0 ? SHORTEST_TICK : tick;
    }
}
