package io.erlmcp.upstream;

import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.Component;
import io.erlmcp.supervision.ComponentFactory;
import io.erlmcp.transport.Backoff;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * One run of an upstream server: connects, attends to the link, and tells the supervisor when it is
 * lost. A server on a network is connected to again from here, with pauses from 1 s to 60 s: it
 * does not fail because the network does.
 *
 * <p>Process model: one virtual thread, started by {@link #start} so that a slow server holds up
 * nobody, ended by {@link #stop}. It makes and closes every link.
 */
final class Keeper implements Component {
    private final Upstream upstream;
    private final ComponentFactory.Life life;
    private final Time time;
    private final CountDownLatch stopping = new CountDownLatch(1);
    private final Thread thread;

    private Keeper(Upstream upstream, ComponentFactory.Life life, Time time) {
        this.upstream = upstream;
        this.life = life;
        this.time = time;
        this.thread = Threads.startVirtual(upstream.component().path(), this::run);
    }

    static Keeper start(Upstream upstream, ComponentFactory.Life life, Time time) {
        return new Keeper(upstream, life, time);
    }

    private void run() {
        try {
            int failures = 0;
            boolean wasUp = false;
            while (stopping.getCount() > 0) {
                Link.Loss loss = oneLink(!wasUp);
                wasUp |= loss.wasUp();
                if (!upstream.settings().remote()) {
                    tell(loss);
                    return;
                }
                failures = loss.wasUp() ? 1 : failures + 1;
                pause(failures);
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } catch (Throwable bug) {
            // the supervisor logs it, and starts another run
            life.failed(bug);
        }
    }

    private Link.Loss oneLink(boolean isFirst) throws InterruptedException {
        long begin = time.nanos();
        Link.Loss loss;
        try (Link link = new Link(upstream, time)) {
            try {
                link.connect();
                link.readLists();
                upstream.up(link, time.nanos() - begin, isFirst);
            } catch (RuntimeException e) {
                Link.Loss failed = new Link.Loss("cannot connect: " + e.getMessage(), false, false);
                upstream.down(failed.reason());
                return failed;
            }
            loss = link.attend();
            upstream.down(loss.reason());
        }
        return loss;
    }

    private void tell(Link.Loss loss) {
        if (stopping.getCount() == 0) {
            return;
        }
        if (loss.orderly()) {
            life.ended();
        } else {
            upstream.precedence().failed(loss.wasUp());
            life.failed(new UpstreamException(loss.reason()));
        }
    }

    private void pause(int failures) throws InterruptedException {
        double random = ThreadLocalRandom.current().nextDouble();
        long nanos = Backoff.defaults().delay(failures, random).toNanos();
        if (stopping.await(nanos, TimeUnit.NANOSECONDS)) {
            throw new InterruptedException("stopped");
        }
    }

    @Override
    public void stop() throws InterruptedException {
        stopping.countDown();
        thread.interrupt();
        thread.join();
        upstream.stopped();
    }
}
