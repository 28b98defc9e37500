package io.erlmcp.dispatch;

import io.erlmcp.feature.Priority;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** One call that waits: its thread parks here until it has its permits. */
final class Waiter {
    private final Line line;
    private final Priority priority;
    private final CountDownLatch granted = new CountDownLatch(1);

    Waiter(Line line, Priority priority) {
        this.line = line;
        this.priority = priority;
    }

    Line line() {
        return line;
    }

    /** Where a priority stands among all: the least is 0. */
    static int level(Priority priority) {
        return switch (priority) {
            case LOW -> 0;
            case NORMAL -> 1;
            case HIGH -> 2;
        };
    }

    int level() {
        return level(priority);
    }

    Priority priority() {
        return priority;
    }

    void grant() {
        granted.countDown();
    }

    boolean isGranted() {
        return granted.getCount() == 0;
    }

    boolean await(Duration patience) throws InterruptedException {
        return granted.await(patience.toNanos(), TimeUnit.NANOSECONDS);
    }
}
