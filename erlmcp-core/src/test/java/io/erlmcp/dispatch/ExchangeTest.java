package io.erlmcp.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.protocol.Empty;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

@Requirement("proto.jsonrpc")
class ExchangeTest {
    private final Probe probe =
            new Probe(Probe.limits(1, 1, Duration.ofSeconds(10)), new Probe.Clock());
    private final Probe.Answer answer = new Probe.Answer();
    private final Exchange exchange = probe.exchange("ping", answer);
    private final AtomicInteger ended = new AtomicInteger();

    @AfterEach
    void close() {
        probe.close();
    }

    @Test
    void actionsRunOnceAtTheEndAndLateOnesAtOnce() {
        exchange.onEnd(ended::incrementAndGet);
        exchange.onEnd(ended::incrementAndGet);
        exchange.answer(Empty.RESULT);
        assertThat(ended).hasValue(2);
        exchange.cancel();
        assertThat(ended).hasValue(2);
        exchange.onEnd(ended::incrementAndGet);
        assertThat(ended).hasValue(3);
    }

    @Test
    void actionsRunAlthoughTheAnswerCannotBeSent() {
        answer.fails = true;
        exchange.onEnd(ended::incrementAndGet);
        assertThatThrownBy(() -> exchange.answer(Empty.RESULT))
                .isInstanceOf(IllegalStateException.class);
        assertThat(ended).hasValue(1);
    }

    @Test
    void whoeverIsFirstAnswersAndNobodyElse() throws Exception {
        for (int round = 0; round < 200; round++) {
            Probe.Answer once = new Probe.Answer();
            Exchange contested = probe.exchange("ping", once);
            AtomicInteger ends = new AtomicInteger();
            CountDownLatch go = new CountDownLatch(1);
            List<Thread> threads = new ArrayList<>();
            List<Runnable> ways =
                    List.of(
                            () -> contested.answer(Empty.RESULT),
                            () -> contested.fail(new RpcError(1, "late", null)),
                            contested::cancel,
                            () -> contested.onEnd(ends::incrementAndGet));
            for (Runnable way : ways) {
                threads.add(
                        Thread.ofVirtual()
                                .start(
                                        () -> {
                                            await(go);
                                            way.run();
                                        }));
            }
            go.countDown();
            for (Thread thread : threads) {
                thread.join();
            }
            assertThat(once.count()).isEqualTo(1);
            assertThat(ends).hasValue(1);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void aDetachedExchangeIsStillAnsweredOrCancelledOnce() throws Exception {
        exchange.detach();
        assertThat(exchange.isDetached()).isTrue();
        assertThat(exchange.cancel()).isTrue();
        assertThat(exchange.answer(Empty.RESULT)).isFalse();
        assertThat(answer.wasDropped()).isTrue();
    }
}
