package io.erlmcp.network;

import io.erlmcp.runtime.GiveWay;
import io.erlmcp.runtime.ThreadBatch;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;

/**
 * What one event loop keeps: its connections, and a scratch array that requests are parsed from.
 *
 * <p>Process model: made with the server for each loop, touched by that loop only. A sweep over its
 * connections, at least once a second, finds those whose time is up.
 */
public final class LoopState {
    /** As large as the largest read of the engine. */
    public static final int SCRATCH_BYTES = 64 * 1024;

    private static final Duration LONGEST_TICK = Duration.ofSeconds(1);
    private static final Duration SHORTEST_TICK = Duration.ofMillis(5);

    private final byte[] scratch = new byte[SCRATCH_BYTES];

    /** So many calls wait at most until the loop has read what there is. */
    private static final int MOST_STARTED_TOGETHER = 32;

    private final ThreadBatch calls = new ThreadBatch(MOST_STARTED_TOGETHER);
    private final GiveWay others = new GiveWay(Time.system());
    private final List<LoopMember> connections = new ArrayList<>();
    private boolean draining;

    /** An array that each read may use and nobody may keep. */
    public byte[] scratch() {
        return scratch;
    }

    /** Looks after the connection from now on. */
    public void add(LoopMember connection) {
        connection.place = connections.size();
        connections.add(connection);
    }

    public void remove(LoopMember connection) {
        int place = connection.place;
        LoopMember last = connections.removeLast();
        if (place < connections.size()) {
            connections.set(place, last);
            last.place = place;
        }
    }

    /**
     * Runs {@code work} on a virtual thread of its own, started with others when the loop has read
     * what there is.
     */
    public void start(String name, Runnable work, Executor self) {
        if (calls.add(name, work)) {
            try {
                self.execute(this::startCalls);
            } catch (RejectedExecutionException stopped) {
                calls.start();
            }
        }
    }

    private void startCalls() {
        calls.start();
        others.now();
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
        for (LoopMember connection : List.copyOf(connections)) {
            connection.cutOff();
        }
    }

    /** The server stops: connections end when nothing is under way on them. */
    void drain() {
        draining = true;
    }

    public boolean isDraining() {
        return draining;
    }

    /** What waits to be answered is; then the connections end by themselves. */
    void endAll() {
        for (LoopMember connection : List.copyOf(connections)) {
            connection.end();
        }
    }

    /**
     * How often to sweep, so that no time-out is late by more than a quarter of itself, or a
     * second.
     */
    public static Duration tick(List<Duration> timeouts) {
        Duration tick = LONGEST_TICK;
        for (Duration timeout : timeouts) {
            Duration quarter = Duration.ofNanos(timeout.toNanos() / 4);
            tick = quarter.compareTo(tick) < 0 ? quarter : tick;
        }
        return tick.compareTo(SHORTEST_TICK) < 0 ? SHORTEST_TICK : tick;
    }
}
