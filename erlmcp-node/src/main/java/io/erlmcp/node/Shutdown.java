package io.erlmcp.node;

import io.erlmcp.runtime.Threads;
import java.lang.reflect.InvocationHandler;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stops the node once, whoever asks first: SIGTERM or SIGINT (by the JVM's shutdown hook), or the
 * end of input on stdio.
 *
 * <p>Process model: the steps run on one platform thread; the one who asked waits for it, but never
 * longer than drain and halting time together, and then halts the JVM. A second SIGTERM halts it at
 * once. A normal exit after a signal would say 143: scripts should see 0, so every way ends in
 * {@link Runtime#halt}. A stop that took too long says so in the log and ends with 0 too: whoever
 * sent the one signal got what it asks for.
 */
final class Shutdown {
    private static final Logger LOG = LoggerFactory.getLogger(Shutdown.class);
    private static final Duration GRACE = Duration.ofSeconds(1);

    /** Calls were cut: not what was asked for, but what a second signal demands. */
    private static final int FORCED = 1;

    private final AtomicBoolean asked = new AtomicBoolean();
    private final Runnable steps;
    private final Duration limit;

    /**
     * @param steps what stops the node
     * @param limit what they may take
     */
    Shutdown(Runnable steps, Duration limit) {
        this.steps = steps;
        this.limit = limit;
    }

    /** From now on a signal stops the node. */
    void arm() {
        Runtime.getRuntime().addShutdownHook(Threads.unstartedForeground("shutdown", this::now));
    }

    /** Stops the node and ends the JVM with exit code 0; does not return. */
    void now() {
        if (asked.compareAndSet(false, true)) {
            onSecondSignal();
            CountDownLatch done = new CountDownLatch(1);
            Threads.startPlatform(
                    "stopping",
                    () -> {
                        try {
                            steps.run();
                        } catch (RuntimeException e) {
                            LOG.error("stopping went wrong", e);
                        } finally {
                            done.countDown();
                        }
                    });
            await(done);
            Runtime.getRuntime().halt(0);
        }
        await(new CountDownLatch(1));
    }

    private void await(CountDownLatch done) {
        try {
            if (!done.await(limit.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS)) {
                LOG.warn("stopping takes longer than {}: what is left is cut", limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /**
     * The JVM ignores signals once its shutdown began. Its own way to hear of them has no supported
     * name, so it is looked up; where it is missing, a second signal does nothing and the stop
     * stays bounded by its limit.
     */
    private static void onSecondSignal() {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            InvocationHandler halt =
                    (proxy, method, arguments) -> {
                        if (method.getName().equals("handle")) {
                            Runtime.getRuntime().halt(FORCED);
                        }
                        return null;
                    };
            Object proxy =
                    Proxy.newProxyInstance(
                            handler.getClassLoader(), new Class<?>[] {handler}, halt);
            for (String name : new String[] {"TERM", "INT"}) {
                signal.getMethod("handle", signal, handler)
                        .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
            }
        } catch (ReflectiveOperationException | IllegalArgumentException e) {
            LOG.debug("a second signal will not be heard", e);
        }
    }
}
