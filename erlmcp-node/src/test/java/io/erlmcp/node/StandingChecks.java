package io.erlmcp.node;

import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ToolProvider;
import io.erlmcp.observability.HealthCheck;
import io.erlmcp.observability.HealthCheck.Finding;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;

/** A provider whose health check stands still until it is let go, whoever interrupts it. */
public final class StandingChecks implements ToolProvider {
    static final AtomicInteger BEGUN = new AtomicInteger();
    static final AtomicInteger ENDED = new AtomicInteger();
    static volatile CountDownLatch go = new CountDownLatch(1);

    /** For the node. */
    public StandingChecks() {
        BEGUN.set(0);
        ENDED.set(0);
        go = new CountDownLatch(1);
    }

    @Override
    public List<Feature> features() {
        return List.of();
    }

    @Override
    public List<HealthCheck> healthChecks() {
        return List.of(
                HealthCheck.of(
                        "standing",
                        () -> {
                            BEGUN.incrementAndGet();
                            awaitGo();
                            ENDED.incrementAndGet();
                            return Finding.HEALTHY;
                        }));
    }

    private static void awaitGo() {
        boolean isOpen = false;
        while (!isOpen) {
            try {
                go.await();
                isOpen = true;
            } catch (InterruptedException stubborn) {
                continue; // as a driver that waits for a dead peer
            }
        }
    }
}
