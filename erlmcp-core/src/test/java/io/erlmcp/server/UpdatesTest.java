package io.erlmcp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.Restraint;
import io.erlmcp.resilience.Room;
import io.erlmcp.runtime.Timers;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement({"degradation.actions", "degradation.points"})
class UpdatesTest {
    private static final Restraint HELD =
            new Restraint(true, 1, 50, Room.NONE, true, "memory is short");

    private final Brake brake = new Brake();
    private final Timers timers = new Timers("updates-test");
    private final List<ServerNotification> told = new CopyOnWriteArrayList<>();
    private final Updates updates = new Updates(brake, timers, told::add);

    @AfterEach
    void close() {
        timers.close();
    }

    @Test
    void updatesWaitWhileTheNodeHoldsBackAndEachResourceIsToldOnceAfterwards() {
        updates.tell("file:///before");
        assertThat(told).hasSize(1);
        brake.set(HELD);
        for (int i = 0; i < 10; i++) {
            updates.tell("file:///a");
            updates.tell("file:///b");
        }
        assertThat(told).hasSize(1);
        assertThat(updates.held()).isEqualTo(2);
        brake.set(Restraint.NONE);
        await().until(() -> told.size() == 3);
        assertThat(told.subList(1, 3))
                .containsExactlyInAnyOrder(
                        new ServerNotification.ResourceUpdated("file:///a"),
                        new ServerNotification.ResourceUpdated("file:///b"));
        assertThat(updates.held()).isZero();
    }

    @Test
    void beyondTheBoundAnUpdateIsToldAtOnceRatherThanForgotten() {
        brake.set(HELD);
        for (int i = 0; i < Updates.MAX_HELD; i++) {
            updates.tell("file:///" + i);
        }
        assertThat(told).isEmpty();
        updates.tell("file:///more");
        assertThat(told).containsExactly(new ServerNotification.ResourceUpdated("file:///more"));
        updates.tell("file:///7");
        assertThat(told).as("it is held already").hasSize(1);
    }
}
