package io.erlmcp.guardian;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;

/**
 * Ends the node at once, before the system does: tells, halts the node so that the next start runs
 * no tool until an operator has looked, saves what matters, and exits with 1. Nothing is drained.
 *
 * <p>tidy: console, because where no memory is left there is no other way to say so.
 *
 * <p>Process model: runs on the thread that asks. A platform thread, started while there was memory
 * for it, ends the process should a step hang.
 */
public final class EmergencyStop implements AutoCloseable {
    /** What tells scripts that the node ended by itself and in trouble. */
    public static final int EXIT_CODE = 1;

    private static final Duration LIMIT = Duration.ofSeconds(5);
    private static final int RESERVE_BYTES = 2 << 20;
    private static final byte[] NOTHING = {};

    private final Halts halts;
    private final Runnable save;
    private final IntConsumer exit;
    private final Observer observer;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CountDownLatch asked = new CountDownLatch(1);
    private volatile boolean closed;

    /** Written without any memory, for when none is left to tell more. */
    private final byte[] lastWords =
            "erlmcp: EMERGENCY_SHUTDOWN\n".getBytes(StandardCharsets.UTF_8);

    private final FileOutputStream console = new FileOutputStream(FileDescriptor.err);

    /** Let go of first, so that the steps have room. */
    private byte[] reserve = new byte[RESERVE_BYTES];

    /**
     * @param halts keeps that the node is halted
     * @param save keeps what must outlive the node
     * @param exit ends the process
     */
    public EmergencyStop(Halts halts, Runnable save, IntConsumer exit, Observer observer) {
        this.halts = halts;
        this.save = save;
        this.exit = exit;
        this.observer = observer;
        Threads.startPlatform("emergency-exit", this::exitWhateverHappens);
    }

    /** Ends the node; only the first call counts. Does not return in a real process. */
    public void now(GuardianEvent.EmergencyStop why) {
        if (!begun.compareAndSet(false, true)) {
            return;
        }
        asked.countDown();
        reserve = NOTHING;
        step("say", this::sayLastWords);
        step("tell", () -> observer.on(why));
        step("halt", () -> halts.halt(ComponentId.NODE, reason(why)));
        step("save", save);
        exit.accept(EXIT_CODE);
    }

    private void sayLastWords() {
        try {
            console.write(lastWords);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String reason(GuardianEvent.EmergencyStop why) {
        return String.format(
                Locale.ROOT,
                "emergency stop: %s at %.1f %% of its limit",
                why.what(),
                why.percent());
    }

    private void step(String name, Runnable work) {
        try {
            work.run();
        } catch (RuntimeException | Error problem) {
            try {
                observer.on(new GuardianEvent.StepFailed(name, problem));
            } catch (RuntimeException | Error alsoThis) {
                problem.addSuppressed(alsoThis); // there is nobody left to tell
            }
        }
    }

    private void exitWhateverHappens() {
        try {
            asked.await();
            if (!closed) {
                TimeUnit.NANOSECONDS.sleep(LIMIT.toNanos());
                exit.accept(EXIT_CODE);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int reserveBytes() {
        return reserve.length;
    }

    @Override
    public void close() {
        if (begun.compareAndSet(false, true)) {
            closed = true;
            asked.countDown();
        }
    }
}
