package io.erlmcp.server;

import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.resilience.Brake;
import io.erlmcp.runtime.Timers;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;

/**
 * Updates of resources on their way to subscribers. While the node holds back they wait, each
 * resource once, and are told when that is over: nobody misses one, some hear of several at once.
 *
 * <p>Process model: no thread of its own; what waited is told on the server's timer.
 */
final class Updates {
    /** Beyond this number updates are told at once, rather than forgotten. */
    static final int MAX_HELD = 10_000;

    static final Duration LOOK = Duration.ofMillis(250);

    private final Brake brake;
    private final Consumer<ServerNotification> audience;
    private final Set<String> held = ConcurrentHashMap.newKeySet();

    Updates(Brake brake, Timers timers, Consumer<ServerNotification> audience) {
        this.brake = brake;
        this.audience = audience;
        timers.every(LOOK, this::tellHeld);
    }

    void tell(String uri) {
        boolean waits =
                brake.now().pausesUpdates()
                        && (held.contains(uri) || (held.size() < MAX_HELD && held.add(uri)));
        if (!waits) {
            audience.accept(new ServerNotification.ResourceUpdated(uri));
        }
    }

    int held() {
        return held.size();
    }

    private void tellHeld() {
        if (held.isEmpty() || brake.now().pausesUpdates()) {
            return;
        }
        for (String uri : List.copyOf(held)) {
            if (held.remove(uri)) {
                audience.accept(new ServerNotification.ResourceUpdated(uri));
            }
        }
    }
}
