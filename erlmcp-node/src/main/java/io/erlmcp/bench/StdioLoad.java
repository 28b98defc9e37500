package io.erlmcp.bench;

import io.erlmcp.protocol.Era;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Load over the standard streams of a child: one request at a time, or several under way at once.
 *
 * <p>Process model: the caller's thread reads and checks, {@code bench-writer} writes what is free
 * to go, as many requests at once as there are. The child ends with the run.
 */
final class StdioLoad {
    private static final int BATCH_BYTES = 64 << 10;
    private static final long POLL_MILLIS = 100;
    private static final long PATIENCE_SECONDS = 10;

    /** A request that is under way or free to go. */
    private static final class Slot {
        private final RequestBytes request;
        private final int number;
        private long count;

        /** Set by the reader before it gives the slot away, cleared before it is under way. */
        private boolean isFree = true;

        /**
         * Written last by the writer and read first by the reader, so that both see the request.
         */
        private volatile long startNanos;

        Slot(int number, String message) {
            this.number = number;
            this.request = new RequestBytes(message + "\n");
        }
    }

    private final BenchPlan plan;
    private final BenchTarget.Child target;
    private final Time time;
    private final AnswerCheck check;
    private final Messages messages;
    private final SplittableRandom random = new SplittableRandom();
    private final BlockingQueue<Slot> free;
    private final List<Slot> slots = new ArrayList<>();
    private volatile boolean isOver;

    StdioLoad(BenchPlan plan, BenchTarget.Child target, Time time) {
        this.plan = plan;
        this.target = target;
        this.time = time;
        this.check = new AnswerCheck(plan.workload());
        this.messages = new Messages(plan);
        this.free = new ArrayBlockingQueue<>(plan.concurrency());
    }

    BenchReport run(Consumer<String> progress) {
        Process child = start();
        try {
            return run(child, progress);
        } catch (IOException e) {
            throw new BenchException("the child: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new BenchException("interrupted");
        } finally {
            end(child);
        }
    }

    private Process start() {
        try {
            return new ProcessBuilder(target.command())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start();
        } catch (IOException e) {
            throw new BenchException("cannot start " + target.command().getFirst());
        }
    }

    private BenchReport run(Process child, Consumer<String> progress)
            throws IOException, InterruptedException {
        Lines lines = new Lines(child.getInputStream());
        OutputStream out = child.getOutputStream();
        // Either way the child has started before the time begins that is measured.
        if (plan.era() == Era.LEGACY) {
            openSession(lines, out);
        } else {
            out.write((Messages.discover() + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
            lines.next();
        }
        for (int i = 0; i < plan.concurrency(); i++) {
            slots.add(new Slot(i, messages.request(i)));
        }
        free.addAll(slots);
        BenchPlan measured = plan.serverPid() > 0 ? plan : withPid(child.pid());
        Measurement measurement = new Measurement(measured, time, progress);
        long last = measurement.endNanos() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        Thread writer =
                Threads.startPlatform(
                        "bench-writer",
                        () -> {
                            write(out, last);
                            child.destroy(); // which wakes a reader whose child says nothing
                        });
        try {
            while (time.nanos() < measurement.endNanos()) {
                read(lines, measurement);
            }
            return measurement.report();
        } finally {
            isOver = true;
            child.destroy();
            writer.join();
        }
    }

    private BenchPlan withPid(long pid) {
        return new BenchPlan(
                target,
                plan.workload(),
                plan.era(),
                plan.tool(),
                plan.payloadBytes(),
                plan.concurrency(),
                plan.ratePerSecond(),
                plan.warmup(),
                plan.duration(),
                pid);
    }

    private void openSession(Lines lines, OutputStream out) throws IOException {
        RequestBytes initialize = new RequestBytes(messages.initialize() + "\n");
        out.write(initialize.bytes());
        out.flush();
        lines.next();
        Verdict verdict =
                new AnswerCheck(Workload.INITIALIZE)
                        .check(lines.bytes(), lines.from(), lines.to(), false, initialize, 0);
        if (!(verdict instanceof Verdict.Right)) {
            throw new BenchException("no session: " + verdict);
        }
        out.write((Messages.initialized() + "\n").getBytes(StandardCharsets.UTF_8));
        out.flush();
    }

    private void write(OutputStream out, long lastNanos) {
        byte[] batch = new byte[Math.max(BATCH_BYTES, slots.getFirst().request.bytes().length)];
        try {
            Slot waiting = null;
            while (!isOver && time.nanos() < lastNanos) {
                Slot slot =
                        waiting == null ? free.poll(POLL_MILLIS, TimeUnit.MILLISECONDS) : waiting;
                int length = 0;
                while (slot != null && length + slot.request.bytes().length <= batch.length) {
                    length += prepare(slot, batch, length);
                    slot = free.poll();
                }
                waiting = slot;
                out.write(batch, 0, length);
                out.flush();
            }
        } catch (IOException e) {
            // the reader sees the end of the child as well, and says so
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private int prepare(Slot slot, byte[] batch, int at) {
        long id = RequestBytes.FIRST_ID + slot.count++ * plan.concurrency() + slot.number;
        slot.request.renew(id, random);
        byte[] bytes = slot.request.bytes();
        System.arraycopy(bytes, 0, batch, at, bytes.length);
        slot.isFree = false;
        slot.startNanos = time.nanos();
        return bytes.length;
    }

    private void read(Lines lines, Measurement measurement) throws IOException {
        lines.next();
        Slot slot = slotOf(lines);
        if (slot == null) {
            return; // a notification
        }
        long started = slot.startNanos;
        long now = time.nanos();
        if (slot.isFree) {
            measurement.finished(now, now, new Verdict.Wrong("an answer that was there before"));
            return;
        }
        Verdict verdict =
                check.check(
                        lines.bytes(), lines.from(), lines.to(), false, slot.request, slot.number);
        measurement.finished(started, now, verdict);
        slot.isFree = true;
        free.add(slot);
    }

    private @Nullable Slot slotOf(Lines lines) {
        long id = lines.id();
        return id < RequestBytes.FIRST_ID
                ? null
                : slots.get((int) ((id - RequestBytes.FIRST_ID) % plan.concurrency()));
    }

    private static void end(Process child) {
        child.destroy();
        try {
            if (!child.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                child.destroyForcibly();
            }
        } catch (InterruptedException e) {
            child.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
