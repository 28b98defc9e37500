package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.testing.Requirement;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Requirement("transport.stdio")
class ChildProcessTransportTest {
    private static final class Recorder implements ClientReceiver {
        final List<String> messages = new CopyOnWriteArrayList<>();
        final List<TransportException> closed = new CopyOnWriteArrayList<>();
        final List<Event> events = new CopyOnWriteArrayList<>();

        @Override
        public boolean message(byte[] message, @Nullable RequestId of) {
            messages.add(new String(message, StandardCharsets.UTF_8));
            return false;
        }

        @Override
        public void failed(RequestId id, TransportException failure) {}

        @Override
        public void closed(TransportException failure) {
            closed.add(failure);
        }

        @Override
        public void sessionLost(TransportException failure) {
            closed.add(failure);
        }

        @Override
        public void observed(Event event) {
            events.add(event);
        }
    }

    private static OutgoingMessage message(String text) {
        return new OutgoingMessage(
                RequestId.of(1), "test", text.getBytes(StandardCharsets.UTF_8), List.of());
    }

    private static ChildProcessConfig sh(String script) {
        return ChildProcessConfig.of("sh", "-c", script).withStopGrace(Duration.ofMillis(300));
    }

    @Test
    void messagesGoOutAndComeBackOneALine() {
        Recorder recorder = new Recorder();
        try (ChildProcessTransport transport = new ChildProcessTransport(sh("cat"))) {
            transport.open(recorder);
            transport.send(message("{\"a\":1}"));
            transport.send(message("{\"b\":\"ü\"}"));
            await().until(() -> recorder.messages.equals(List.of("{\"a\":1}", "{\"b\":\"ü\"}")));
        }
        assertThat(recorder.closed).isEmpty();
    }

    @Test
    void theServersErrorsAndEnvironmentArePassedOn() {
        List<String> errors = new CopyOnWriteArrayList<>();
        ChildProcessConfig config =
                sh("echo \"$GREETING\" >&2; cat")
                        .withEnvironment(Map.of("GREETING", "hello"))
                        .withErrorLines(errors::add);
        try (ChildProcessTransport transport = new ChildProcessTransport(config)) {
            transport.open(new Recorder());
            await().until(() -> errors.equals(List.of("hello")));
        }
    }

    @Test
    void aLineOverTheLimitIsReportedAndTheNextIsHeard() {
        Recorder recorder = new Recorder();
        ChildProcessConfig config =
                sh("echo 12345678; echo 12345678901; echo ok; cat").withMaxMessageBytes(10);
        try (ChildProcessTransport transport = new ChildProcessTransport(config)) {
            transport.open(recorder);
            await().until(() -> recorder.messages.equals(List.of("12345678", "ok")));
            assertThat(recorder.events)
                    .hasAtLeastOneElementOfType(ClientTransportEvent.MessageMalformed.class);
        }
    }

    @Test
    void anUnexpectedEndIsToldWithTheExitCode() {
        Recorder recorder = new Recorder();
        ChildProcessConfig config =
                sh("read line; exit 3").withStopGrace(Duration.ofSeconds(10)); // for its exit code
        try (ChildProcessTransport transport = new ChildProcessTransport(config)) {
            transport.open(recorder);
            transport.send(message("{}"));
            await().until(() -> recorder.closed.size() == 1);
            assertThat(recorder.closed.getFirst()).hasMessageContaining("exit code 3");
            assertThatThrownBy(() -> transport.send(message("{}")))
                    .isInstanceOf(TransportException.class);
        }
    }

    @Test
    void aChildThatClosesItsOutputAndLivesIsLostAndTakesNothingMore() {
        Recorder recorder = new Recorder();
        try (ChildProcessTransport transport =
                new ChildProcessTransport(sh("exec >&-; sleep 60"))) {
            transport.open(recorder);
            await().until(() -> recorder.closed.size() == 1);
            assertThat(recorder.closed.getFirst().kind()).isEqualTo(TransportException.Kind.BROKEN);
            assertThat(recorder.closed.getFirst()).hasMessageEndingWith("closed its output");
            assertThatThrownBy(() -> transport.send(message("{}")))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.CLOSED))
                    .hasMessageEndingWith("is not heard any more");
        }
    }

    @Test
    void aProgramThatDoesNotExistIsUnreachable() {
        try (ChildProcessTransport transport = ChildProcessTransport.of("/nowhere/to/be/found")) {
            assertThatThrownBy(() -> transport.open(new Recorder()))
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e ->
                                    assertThat(e.kind())
                                            .isEqualTo(TransportException.Kind.UNREACHABLE));
        }
    }

    @Test
    void closingEndsTheInputFirstThenTerminatesThenKills() {
        List<String> errors = new CopyOnWriteArrayList<>();
        ChildProcessTransport polite =
                new ChildProcessTransport(
                        sh("cat >/dev/null; echo left >&2")
                                .withStopGrace(Duration.ofSeconds(10))
                                .withErrorLines(errors::add));
        polite.open(new Recorder());
        polite.close();
        assertThat(errors).containsExactly("left");

        errors.clear();
        ChildProcessTransport asked =
                new ChildProcessTransport(
                        sh("trap 'echo terminated >&2; exit' TERM; echo up >&2; while :; do sleep"
                                        + " 0.05; done")
                                .withStopGrace(Duration.ofSeconds(3))
                                .withErrorLines(errors::add));
        asked.open(new Recorder());
        await().until(() -> errors.contains("up"));
        asked.close();
        assertThat(errors).contains("terminated");

        ChildProcessTransport killed =
                new ChildProcessTransport(sh("trap '' TERM; while :; do sleep 0.05; done"));
        killed.open(new Recorder());
        long before = System.nanoTime();
        killed.close();
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(5));
    }

    @Test
    void aServerThatDoesNotReadDoesNotHoldUpSenders() {
        ChildProcessConfig config = sh("sleep 30");
        ChildProcessConfig small =
                new ChildProcessConfig(
                        config.command(),
                        Map.of(),
                        null,
                        1_000,
                        300_000,
                        100,
                        line -> {},
                        Duration.ofMillis(50),
                        null,
                        false,
                        0,
                        0);
        try (ChildProcessTransport transport = new ChildProcessTransport(small)) {
            transport.open(new Recorder());
            assertThatThrownBy(
                            () -> {
                                for (int i = 0; i < 10; i++) {
                                    transport.send(message("x".repeat(100_000)));
                                }
                            })
                    .isInstanceOfSatisfying(
                            TransportException.class,
                            e -> assertThat(e.kind()).isEqualTo(TransportException.Kind.LIMIT));
        }
    }

    @Test
    void restartRunsTheProgramAgainWithoutAWord() {
        Recorder recorder = new Recorder();
        try (ChildProcessTransport transport = new ChildProcessTransport(sh("echo $$; cat"))) {
            transport.open(recorder);
            await().until(() -> recorder.messages.size() == 1);
            transport.restart();
            await().until(() -> recorder.messages.size() == 2);
            assertThat(recorder.messages.get(0)).isNotEqualTo(recorder.messages.get(1));
            assertThat(recorder.closed).isEmpty();
        }
    }
}
