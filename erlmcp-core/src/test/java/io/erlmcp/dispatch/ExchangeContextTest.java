package io.erlmcp.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.feature.MemoryKeyValueStore;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListRootsResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement({"proto.timeouts", "proto.elicitation"})
class ExchangeContextTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);

    private final Probe.Clock clock = new Probe.Clock();
    private final Probe probe = new Probe(Probe.limits(1, 1, LIMIT), clock);

    @AfterEach
    void close() {
        probe.close();
    }

    private Exchange asked(Runnable whileOpen) {
        Questions questions =
                new Questions() {
                    @Override
                    public Map<String, InputResponse> ask(Map<String, InputRequest> asked)
                            throws InterruptedException {
                        whileOpen.run();
                        if (Thread.interrupted()) {
                            throw new InterruptedException();
                        }
                        return Map.of("roots", new ListRootsResult(List.of()));
                    }

                    @Override
                    public <T> T once(String key, Class<T> type, Supplier<T> work) {
                        return work.get();
                    }
                };
        return probe.exchange("ping", new Probe.Answer(), questions);
    }

    private ExchangeContext context(Exchange exchange) {
        return new ExchangeContext(
                exchange,
                new MemoryKeyValueStore(),
                new FeatureMethods.Around(clock, probe.brake, CallGate.OPEN, probe.events::add),
                false);
    }

    @Test
    void theDeadlineStandsStillWhileAQuestionIsOpen() {
        Exchange[] held = new Exchange[1];
        Exchange exchange =
                asked(
                        () -> {
                            clock.pass(LIMIT.multipliedBy(5));
                            assertThat(held[0].deadline().isOver(clock.nanos())).isFalse();
                            assertThat(context(held[0]).timeLeft()).hasValue(Duration.ofSeconds(7));
                        });
        held[0] = exchange;
        exchange.runner(Thread.currentThread());
        assertThat(context(exchange).timeLeft()).isEmpty();
        exchange.deadline().start(clock.nanos(), LIMIT);
        clock.pass(Duration.ofSeconds(3));
        context(exchange).roots("roots");
        assertThat(context(exchange).timeLeft()).hasValue(Duration.ofSeconds(7));
        clock.pass(Duration.ofSeconds(7).minusNanos(1));
        assertThat(exchange.deadline().isOver(clock.nanos())).isFalse();
        clock.pass(Duration.ofNanos(1));
        assertThat(exchange.deadline().isOver(clock.nanos())).isTrue();
        assertThat(context(exchange).timeLeft()).hasValue(Duration.ZERO);
    }

    @Test
    void whatRunsOnALoopCannotAsk() {
        Exchange exchange = asked(() -> {});
        assertThatThrownBy(() -> context(exchange).roots("roots"))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("non-blocking");
    }

    @Test
    void anInterruptWhileAQuestionIsOpenIsARefusalAndStaysAnInterrupt() {
        Exchange exchange = asked(() -> Thread.currentThread().interrupt());
        exchange.runner(Thread.currentThread());
        exchange.deadline().start(clock.nanos(), LIMIT);
        assertThatThrownBy(() -> context(exchange).roots("roots"))
                .isInstanceOfSatisfying(
                        McpException.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.INTERRUPTED));
        assertThat(Thread.interrupted()).isTrue();
        clock.pass(LIMIT);
        assertThat(exchange.deadline().isOver(clock.nanos())).isTrue();
    }
}
