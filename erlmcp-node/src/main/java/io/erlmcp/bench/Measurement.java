package io.erlmcp.bench;

import io.erlmcp.runtime.Time;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * What a run has seen so far. An operation counts when it was meant to start after the warm-up and
 * before the end; its latency begins at its intended start, so that waiting for a slow server is
 * part of it. One thread.
 */
final class Measurement {
    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final Tally tally = new Tally();
    private final BenchPlan plan;
    private final Time time;
    private final Consumer<String> progress;
    private final ProcessorTime.Clock server;
    private final ProcessorTime.Clock load = new ProcessorTime.Clock(ProcessHandle.current().pid());
    private final long startNanos;
    private final long measureNanos;
    private final long endNanos;

    private long finishedSinceShown;
    private long shownNanos;
    private boolean isMeasuring;
    private boolean isOver;

    Measurement(BenchPlan plan, Time time, Consumer<String> progress) {
        this.plan = plan;
        this.time = time;
        this.progress = progress;
        server = new ProcessorTime.Clock(plan.serverPid());
        startNanos = time.nanos();
        shownNanos = startNanos;
        measureNanos = startNanos + plan.warmup().toNanos();
        endNanos = measureNanos + plan.duration().toNanos();
    }

    long startNanos() {
        return startNanos;
    }

    /** Where the warm-up ends. */
    long measureNanos() {
        return measureNanos;
    }

    long endNanos() {
        return endNanos;
    }

    /** An operation that was meant to start at {@code intendedNanos} is finished. */
    void finished(long intendedNanos, long nowNanos, Verdict verdict) {
        finishedSinceShown++;
        tick(nowNanos);
        switch (verdict) {
            case Verdict.Right right -> right(intendedNanos, nowNanos);
            case Verdict.Refused refused -> failed(intendedNanos, refused.kind());
            // a wrong answer counts whenever it comes
            case Verdict.Wrong answer -> tally.wrong(answer.what());
        }
    }

    private void right(long intendedNanos, long nowNanos) {
        if (nowNanos >= measureNanos && nowNanos < endNanos) {
            tally.finished();
        }
        if (isCounted(intendedNanos)) {
            tally.latency(nowNanos - intendedNanos);
        }
    }

    /** Something that was done before the run began, and how long it took. */
    void opened(long nanos) {
        tally.latency(nanos);
    }

    /** An operation came to no answer. */
    void failed(long intendedNanos, String kind) {
        if (isCounted(intendedNanos)) {
            tally.error(kind);
        }
    }

    /** Operations that were meant to start and have no answer at the end of all patience. */
    void unanswered(long count) {
        tally.unanswered(count);
    }

    private boolean isCounted(long intendedNanos) {
        return intendedNanos >= measureNanos && intendedNanos < endNanos;
    }

    /** Notes what is due at {@code nowNanos}: the ends of the phases, the line for the user. */
    void tick(long nowNanos) {
        if (!isMeasuring && nowNanos >= measureNanos) {
            isMeasuring = true;
            server.start();
            load.start();
        }
        if (!isOver && nowNanos >= endNanos) {
            stopClocks();
        }
        if (nowNanos - shownNanos >= SECOND) {
            show(nowNanos);
        }
    }

    private void stopClocks() {
        isOver = true;
        server.stop();
        load.stop();
    }

    private void show(long nowNanos) {
        double perSecond = finishedSinceShown * (double) SECOND / (nowNanos - shownNanos);
        long all = plan.warmup().plus(plan.duration()).toSeconds();
        progress.accept(
                String.format(
                        Locale.ROOT,
                        "%d s of %d s%s: %,.0f a second, p99 %.3f ms, %d errors, %d wrong",
                        (nowNanos - startNanos) / SECOND,
                        all,
                        nowNanos < measureNanos ? " (warm-up)" : "",
                        perSecond,
                        tally.p99Millis(),
                        tally.errors(),
                        tally.wrong()));
        shownNanos = nowNanos;
        finishedSinceShown = 0;
    }

    /** What the run found. */
    BenchReport report() {
        return tally().report(plan);
    }

    /** What the run counted; it is over. */
    Tally tally() {
        tick(time.nanos());
        if (!isOver) {
            stopClocks(); // an open loop is over when the next start would be behind the end
        }
        tally.over(plan.duration(), server.used(), load.used());
        return tally;
    }
}
