package io.erlmcp.observability;

import io.erlmcp.runtime.Threads;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/** Observers whose faults are their own. */
final class IsolatedObservers implements Observer {
    private final Observer[] observers;
    private final AtomicLong faults = new AtomicLong();

    IsolatedObservers(List<Observer> observers) {
        this.observers = observers.toArray(Observer[]::new);
    }

    @Override
    public void on(Event event) {
        for (Observer observer : observers) {
            try {
                observer.on(event);
            } catch (RuntimeException | Error fault) {
                report(fault);
            }
        }
    }

    /** Ever more rarely: one that fails with each call must not flood the log. */
    private void report(Throwable fault) {
        if (Long.bitCount(faults.incrementAndGet()) == 1) {
            Threads.uncaught(fault);
        }
    }
}
