package io.erlmcp.bench;

import io.erlmcp.protocol.Era;
import java.time.Duration;

/**
 * One run: whom to ask, what, how often, for how long. All of it is bounded.
 *
 * @param tool the tool that is called; empty for workloads that call none
 * @param payloadBytes the length of the random text in each call
 * @param concurrency connections, or requests under way at once over stdio
 * @param ratePerSecond operations started per second whatever the server does (open loop); 0 for
 *     the next one after each answer (closed loop)
 * @param warmup time before anything is counted
 * @param duration time that is counted
 * @param serverPid a process whose CPU time is read; 0 for none
 */
public record BenchPlan(
        BenchTarget target,
        Workload workload,
        Era era,
        String tool,
        int payloadBytes,
        int concurrency,
        double ratePerSecond,
        Duration warmup,
        Duration duration,
        long serverPid) {
    /** Progress notifications that each answer of {@link Workload#PROGRESS} brings. */
    static final int PROGRESS_PER_CALL = 10;

    private static final int MAX_CONNECTIONS = 15_000;
    private static final int MAX_PIPELINE = 4_096;
    private static final int MAX_PAYLOAD_BYTES = 1 << 20;
    private static final double MAX_RATE = 1_000_000;
    private static final Duration MAX_DURATION = Duration.ofHours(1);

    public BenchPlan {
        int most = target instanceof BenchTarget.Child ? MAX_PIPELINE : MAX_CONNECTIONS;
        within("connections or pipeline", concurrency, 1, most);
        within("payload", payloadBytes, 1, MAX_PAYLOAD_BYTES);
        within("rate", ratePerSecond, 0, MAX_RATE);
        within("duration", duration, Duration.ofMillis(1));
        within("warm-up", warmup, Duration.ZERO);
        if (workload == Workload.INITIALIZE && era == Era.MODERN) {
            throw new IllegalArgumentException("initialize belongs to the legacy era");
        }
        if (workload == Workload.STREAMS && ratePerSecond > 0) {
            throw new IllegalArgumentException("streams are opened one by one, at no rate");
        }
        if (target instanceof BenchTarget.Child) {
            if (ratePerSecond > 0) {
                throw new IllegalArgumentException("a rate cannot be given over standard streams");
            }
        }
        if (!(target instanceof BenchTarget.Http)
                && workload != Workload.TOOLS_CALL
                && workload != Workload.TOOLS_LIST) {
            throw new IllegalArgumentException(workload.text() + " can be measured over HTTP only");
        }
    }

    private static void within(String what, double value, double least, double most) {
        if (!(value >= least && value <= most)) {
            throw new IllegalArgumentException(
                    "%s: %.0f is not between %.0f and %.0f".formatted(what, value, least, most));
        }
    }

    private static void within(String what, Duration value, Duration least) {
        if (value.compareTo(least) < 0 || value.compareTo(MAX_DURATION) > 0) {
            throw new IllegalArgumentException(
                    what + ": " + value + " is not between " + least + " and " + MAX_DURATION);
        }
    }

    boolean isOpenLoop() {
        return ratePerSecond > 0;
    }

    /** The same for other times. */
    BenchPlan lasting(Duration otherWarmup, Duration otherDuration) {
        return new BenchPlan(
                target,
                workload,
                era,
                tool,
                payloadBytes,
                concurrency,
                ratePerSecond,
                otherWarmup,
                otherDuration,
                serverPid);
    }

    /** The same on another server. */
    public BenchPlan on(BenchTarget other, String otherTool, long pid) {
        return new BenchPlan(
                other,
                workload,
                era,
                otherTool,
                payloadBytes,
                concurrency,
                ratePerSecond,
                warmup,
                duration,
                pid);
    }
}
