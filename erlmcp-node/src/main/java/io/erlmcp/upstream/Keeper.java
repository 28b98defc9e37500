package io.erlmcp.upstream;

import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.Component;
import io.erlmcp.supervision.ComponentFactory;

/**
 * One run of an upstream server: connects, attends to the link, and tells the supervisor when it is
 * lost, be it a child process or a server on a network. Whether, and when, there is another run is
 * not decided here.
 *
 * <p>Process model: one virtual thread, started by {@link #start} so that a slow server holds up
 * nobody, ended by {@link #stop}. It makes and closes the link.
 */
final class Keeper implements Component {
    private final Upstream upstream;
    private final ComponentFactory.Life life;
    private final Time time;
    private final Thread thread;
    private volatile boolean isStopping;

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
            tell(oneLink());
        } catch (InterruptedException interrupt) {
            Thread.currentThread().interrupt();
            if (!isStopping) {
                life.failed(interrupt); // not by who may stop it
            }
        } catch (Throwable bug) {
            // the supervisor logs it, and starts another run
            life.failed(bug);
        }
    }

    private Link.Loss oneLink() throws InterruptedException {
        long begin = time.nanos();
        Link.Loss loss;
        try (Link link = new Link(upstream, time)) {
            try {
                link.connect();
                link.readLists();
                upstream.up(link, time.nanos() - begin);
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
        if (isStopping) {
            return;
        }
        if (loss.orderly()) {
            life.ended();
        } else {
            if (!upstream.settings().remote()) {
                upstream.precedence().failed(loss.wasUp());
            }
            life.failed(new UpstreamException(loss.reason()));
        }
    }

    @Override
    public void stop() throws InterruptedException {
        isStopping = true;
        thread.interrupt();
        thread.join();
        upstream.stopped();
    }
}
