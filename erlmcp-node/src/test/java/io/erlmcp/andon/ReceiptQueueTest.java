package io.erlmcp.andon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.Component;
import io.erlmcp.testing.RecordedLife;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Requirement("tcps.receipts")
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ReceiptQueueTest {
    private static final ComponentId A = ComponentId.of("upstreams", "a");
    private static final ComponentId B = ComponentId.of("upstreams", "b");

    private final List<Receipt> written = new CopyOnWriteArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final RecordedLife life = new RecordedLife();
    private final CountDownLatch disk = new CountDownLatch(1);
    private final CountDownLatch atTheDisk = new CountDownLatch(1);

    private Receipt keep(String who, String action, ComponentId component, JsonObject details) {
        Receipt receipt =
                Receipt.after(
                        written.size(),
                        Receipt.GENESIS,
                        new Receipt.Draft(Instant.EPOCH, who, action, component, details));
        written.add(receipt);
        return receipt;
    }

    private Receipt keepOnASlowDisk(
            String who, String action, ComponentId component, JsonObject details)
            throws IOException {
        atTheDisk.countDown();
        try {
            disk.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        return keep(who, action, component, details);
    }

    private ReceiptQueue started(Receipts receipts, Duration apart) {
        ReceiptQueue queue = new ReceiptQueue(receipts, apart, Time.system(), events::add);
        queue.run(life);
        return queue;
    }

    private List<String> lines() {
        return written.stream()
                .map(it -> it.who() + " " + it.action() + " " + it.component() + " " + it.details())
                .toList();
    }

    @Test
    void anActionIsWrittenDownWithoutTheOneWhoActsWaitingForTheDisk() throws Exception {
        try (ReceiptQueue queue = started(this::keepOnASlowDisk, Duration.ofDays(1))) {
            queue.offer("breaker.open", A, JsonObject.of("reason", "why"));
            atTheDisk.await();
            queue.offer("breaker.open", B, JsonObject.EMPTY);
            assertThat(written).isEmpty();
            disk.countDown();
            await().until(() -> written.size() == 2);
        }
        assertThat(lines())
                .containsExactly(
                        "node breaker.open upstreams/a {\"reason\":\"why\"}",
                        "node breaker.open upstreams/b {}");
    }

    @Test
    void whatFlapsLeavesOneReceiptNowAndThenThatSaysHowOften() throws Exception {
        ReceiptQueue queue = started(this::keep, Duration.ofDays(1));
        queue.offer("breaker.open", A, JsonObject.of("n", 1));
        await().until(() -> written.size() == 1);
        for (int i = 2; i <= 500; i++) {
            queue.offer("breaker.open", A, JsonObject.of("n", i));
        }
        queue.offer("breaker.open", B, JsonObject.EMPTY);
        await().until(() -> written.size() == 2);
        assertThat(lines().getLast()).contains("upstreams/b");
        queue.close();
        assertThat(lines()).hasSize(3);
        assertThat(lines().getLast()).endsWith("upstreams/a {\"n\":500,\"times\":499}");
    }

    @Test
    void itComesAgainWhenItsTimeHasPassed() {
        try (ReceiptQueue queue = started(this::keep, Duration.ofMillis(30))) {
            queue.offer("breaker.open", A, JsonObject.EMPTY);
            await().until(() -> written.size() == 1);
            queue.offer("breaker.open", A, JsonObject.EMPTY);
            await().until(() -> written.size() == 2);
        }
    }

    @Test
    void beyondTheBoundActionsAreCountedAndTheNextReceiptSaysHowMany() throws Exception {
        try (ReceiptQueue queue = started(this::keepOnASlowDisk, Duration.ofDays(1))) {
            queue.offer("first", A, JsonObject.EMPTY);
            atTheDisk.await();
            for (int i = 0; i < ReceiptQueue.MAX_WAITING + 7; i++) {
                queue.offer("action-" + i, A, JsonObject.EMPTY);
            }
            disk.countDown();
            await().until(() -> written.size() > ReceiptQueue.MAX_WAITING); // closing waits briefly
        }
        assertThat(written).hasSize(1 + ReceiptQueue.MAX_WAITING);
        assertThat(lines().get(1)).endsWith("action-0 upstreams/a {\"missed\":7}");
    }

    @Test
    void whatCannotBeWrittenIsToldAndTheNextIsTriedAllTheSame() {
        Receipts failing =
                (who, action, component, details) -> {
                    if (action.equals("bad")) {
                        throw new IOException("the disk is full");
                    }
                    return keep(who, action, component, details);
                };
        try (ReceiptQueue queue = started(failing, Duration.ofDays(1))) {
            queue.offer("bad", A, JsonObject.EMPTY);
            queue.offer("good", A, JsonObject.EMPTY);
            await().until(() -> !written.isEmpty());
        }
        assertThat(lines()).containsExactly("node good upstreams/a {}");
        assertThat(events)
                .singleElement()
                .isInstanceOfSatisfying(
                        AndonEvent.NotKept.class,
                        it -> assertThat(it.what()).contains("bad of upstreams/a"));
    }

    @Test
    void whatIsToHaveItsOwnReceiptHasOneEachTimeInTheOrderInWhichItCame() {
        try (ReceiptQueue queue = started(this::keep, Duration.ofDays(1))) {
            for (int i = 1; i <= 5; i++) {
                queue.offerEach("recovery.decide", A, JsonObject.of("n", i));
            }
        }
        assertThat(lines())
                .containsExactly(
                        "node recovery.decide upstreams/a {\"n\":1}",
                        "node recovery.decide upstreams/a {\"n\":2}",
                        "node recovery.decide upstreams/a {\"n\":3}",
                        "node recovery.decide upstreams/a {\"n\":4}",
                        "node recovery.decide upstreams/a {\"n\":5}");
    }

    @Test
    void ofThoseToo1000WaitAtMostAndTheRestIsCounted() throws Exception {
        ReceiptQueue queue = started(this::keepOnASlowDisk, Duration.ofDays(1));
        queue.offerEach("recovery.decide", A, JsonObject.EMPTY);
        atTheDisk.await();
        for (int i = 0; i < ReceiptQueue.MAX_WAITING + 3; i++) {
            queue.offerEach("recovery.decide", A, JsonObject.of("n", i));
        }
        disk.countDown();
        queue.close();
        assertThat(written).hasSize(ReceiptQueue.MAX_WAITING + 1);
        assertThat(written.get(1).details().toJson()).isEqualTo("{\"n\":0,\"missed\":3}");
    }

    @Test
    @Requirement("sup.isolation")
    void anErrorEndsTheRunAndTheNextWritesWhatWaits() throws Exception {
        AtomicInteger times = new AtomicInteger();
        Receipts faulty =
                (who, action, component, details) -> {
                    if (times.incrementAndGet() == 1) {
                        throw new StackOverflowError("a test");
                    }
                    return keep(who, action, component, details);
                };
        try (ReceiptQueue queue =
                new ReceiptQueue(faulty, Duration.ofDays(1), Time.system(), events::add)) {
            Component first = queue.run(life);
            queue.offer("breaker.open", A, JsonObject.EMPTY);
            await().untilAsserted(
                            () ->
                                    assertThat(life.failures())
                                            .singleElement()
                                            .isInstanceOf(StackOverflowError.class));
            queue.offer("breaker.open", B, JsonObject.EMPTY);
            first.stop();
            queue.run(life);
            await().until(() -> written.size() == 1);
            assertThat(lines()).containsExactly("node breaker.open upstreams/b {}");
        }
        assertThat(life.failures()).hasSize(1);
    }

    @Test
    void whatIsOfferedAfterTheLastRunIsWrittenAtTheEnd() throws Exception {
        ReceiptQueue queue = started(this::keep, Duration.ofDays(1));
        queue.offer("breaker.open", A, JsonObject.EMPTY);
        await().until(() -> written.size() == 1);
        queue.run(life).stop();
        queue.offer("breaker.open", B, JsonObject.EMPTY);
        queue.close();
        assertThat(lines().getLast()).isEqualTo("node breaker.open upstreams/b {}");
        assertThat(life.failures()).isEmpty();
    }
}
