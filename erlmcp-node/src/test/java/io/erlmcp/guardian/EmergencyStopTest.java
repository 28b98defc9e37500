package io.erlmcp.guardian;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.Event;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

@Requirement("guardian.hard-action")
class EmergencyStopTest {
    private static final GuardianEvent.EmergencyStop WHY =
            new GuardianEvent.EmergencyStop(Resource.MEMORY, "heap", 98.04);

    private final List<String> steps = new CopyOnWriteArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();

    @Test
    void aStepThatFailsDoesNotKeepTheNextOnesFromBeingTaken() {
        EmergencyStop stop =
                new EmergencyStop(
                        (component, reason) -> {
                            throw new OutOfMemoryError("no room to halt");
                        },
                        () -> {
                            steps.add("saved");
                            throw new IllegalStateException("the disk is full");
                        },
                        code -> steps.add("exit " + code),
                        events::add);
        stop.now(WHY);
        assertThat(steps).containsExactly("saved", "exit 1");
        assertThat(events)
                .filteredOn(GuardianEvent.StepFailed.class::isInstance)
                .extracting(it -> ((GuardianEvent.StepFailed) it).step())
                .containsExactly("halt", "save");
        assertThat(stop.reserveBytes()).as("room for the steps").isZero();
    }

    @Test
    void onlyTheFirstCallCounts() {
        EmergencyStop stop =
                new EmergencyStop(
                        (component, reason) -> steps.add(reason),
                        () -> {},
                        code -> steps.add("exit"),
                        events::add);
        stop.now(WHY);
        stop.now(WHY);
        assertThat(steps).containsExactly("emergency stop: heap at 98.0 % of its limit", "exit");
    }

    @Test
    void aStepThatHangsIsNotWaitedForForever() {
        CountDownLatch never = new CountDownLatch(1);
        EmergencyStop stop =
                new EmergencyStop(
                        (component, reason) -> {
                            try {
                                never.await();
                            } catch (InterruptedException e) {
                                Thread.currentThread().interrupt();
                            }
                        },
                        () -> {},
                        code -> steps.add("exit " + code),
                        events::add);
        Thread hanging = Thread.startVirtualThread(() -> stop.now(WHY));
        await().atMost(Duration.ofSeconds(30)).until(() -> steps.contains("exit 1"));
        never.countDown();
        assertThat(hanging.isInterrupted()).isFalse();
    }
}
