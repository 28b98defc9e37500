package io.erlmcp.registry;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.observability.Event;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

class RegistryTest {
    private final List<Event> events = new CopyOnWriteArrayList<>();
    private final Registry<String> registry =
            new Registry<>("parts", new RegistryLimits(3, 2), Time.system(), events::add);

    @Test
    @Requirement("registry.core")
    void aNameIsFoundUntilItsOwnerGivesItBack() {
        Registry.Entry<String> entry = registry.register("a", "one");
        assertThat(registry.find("a")).isEqualTo("one");
        assertThat(registry.all()).containsEntry("a", "one").hasSize(1);
        entry.close();
        assertThat(registry.find("a")).isNull();
        assertThat(registry.size()).isZero();
    }

    @Test
    @Requirement("registry.core")
    void anOwnerThatWasReplacedCannotTakeTheNameAway() {
        Registry.Entry<String> first = registry.register("a", "one");
        first.close();
        registry.register("a", "two");
        first.close();
        assertThat(registry.find("a")).isEqualTo("two");
        assertThat(registry.size()).isEqualTo(1);
    }

    @Test
    void aTakenNameIsRefusedAndSoIsOneMoreThanTheLimit() {
        registry.register("a", "one");
        assertThatThrownBy(() -> registry.register("a", "two"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("parts: \"a\" is taken");
        registry.register("b", "two");
        registry.register("c", "three");
        assertThatThrownBy(() -> registry.register("d", "four"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("parts: has 3 names, its limit");
        assertThat(events).containsExactly(new RegistryEvent.Full("parts", 3));
        assertThat(registry.size()).isEqualTo(3);
    }

    @Test
    @Requirement("registry.dead-letter")
    void whatIsMeantForNobodyBecomesADeadLetterAndTheOldestIsForgotten() {
        List<String> delivered = new ArrayList<>();
        registry.register("a", "one");
        assertThat(registry.deliver("a", "an answer", delivered::add)).isTrue();
        for (int i = 1; i <= 3; i++) {
            assertThat(registry.deliver("x" + i, "an answer", delivered::add)).isFalse();
        }
        assertThat(delivered).containsExactly("one");
        assertThat(registry.deadLetters()).extracting(DeadLetter::name).containsExactly("x2", "x3");
        assertThat(registry.deadLettersTotal()).isEqualTo(3);
        assertThat(events).hasSize(3).allMatch(RegistryEvent.Undelivered.class::isInstance);
    }

    @Test
    @Requirement("registry.dead-letter")
    void aThousandDeadLettersAreKeptUnlessSomebodySaysOtherwise() {
        assertThat(RegistryLimits.DEFAULTS.maxDeadLetters()).isEqualTo(1000);
        Registry<String> usual =
                new Registry<>("usual", RegistryLimits.DEFAULTS, Time.system(), event -> {});
        for (int i = 0; i <= 1000; i++) {
            usual.deliver("x" + "y".repeat(i), "it", text -> {});
        }
        assertThat(usual.deadLetters()).hasSize(1000);
        assertThat(usual.deadLetters())
                .allMatch(letter -> letter.name().length() <= DeadLetter.MAX_LENGTH);
    }

    @Test
    @Requirement("registry.sharded")
    void ofManyThatWantANameOneGetsIt() throws InterruptedException {
        Registry<Integer> races =
                new Registry<>("races", RegistryLimits.DEFAULTS, Time.system(), event -> {});
        AtomicInteger winners = new AtomicInteger();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            int number = i;
            threads.add(
                    Threads.startVirtual(
                            "racer " + i,
                            () -> {
                                for (int round = 0; round < 100; round++) {
                                    try {
                                        races.register("name " + round, number);
                                        winners.incrementAndGet();
                                    } catch (IllegalStateException taken) {
                                        assertThat(races.find("name " + round)).isNotNull();
                                    }
                                }
                            }));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        assertThat(winners).hasValue(100);
        assertThat(races.size()).isEqualTo(100);
    }
}
