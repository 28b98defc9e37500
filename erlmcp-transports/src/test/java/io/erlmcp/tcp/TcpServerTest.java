package io.erlmcp.tcp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.network.EchoEndpoint;
import io.erlmcp.network.EngineConfig;
import io.erlmcp.network.PeerLimits;
import io.erlmcp.observability.Event;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SideThreads;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TcpServerTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @RegisterExtension final SideThreads threads = new SideThreads();

    private final EchoEndpoint endpoint = new EchoEndpoint();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();
    private final ByteBudget received = new ByteBudget(1 << 20);
    private final ByteBudget unsent = new ByteBudget(64 << 20);
    private final List<TcpServer> servers = new ArrayList<>();

    @AfterEach
    void stop() {
        servers.forEach(server -> server.close(Duration.ZERO));
        await().untilAsserted(() -> assertThat(received.usedBytes()).isZero());
        await().untilAsserted(() -> assertThat(unsent.usedBytes()).isZero());
    }

    private TcpServer start(UnaryOperator<TcpServerConfig> change) {
        TcpServerConfig config =
                change.apply(
                        TcpServerConfig.tcp("127.0.0.1", 0)
                                .withEngine(new EngineConfig(true, 2, 1024)));
        TcpServer server = TcpServer.start(config, endpoint, events::add, received, unsent);
        servers.add(server);
        return server;
    }

    private TcpServer withPeer(UnaryOperator<PeerLimits> change) {
        return start(config -> config.withPeer(change.apply(config.peer())));
    }

    private List<ConnectionEvent.Reason> ends() {
        return events.stream()
                .filter(ConnectionEvent.Closed.class::isInstance)
                .map(event -> ((ConnectionEvent.Closed) event).reason())
                .toList();
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Requirement("transport.tcp")
    void aLineIsAMessageHoweverItIsCut(boolean preferNative) throws Exception {
        TcpServer server = start(it -> it.withEngine(new EngineConfig(preferNative, 1, 1024)));
        try (LinePeer peer = new LinePeer(server.port())) {
            peer.send("one\r\ntw");
            assertThat(peer.line()).isEqualTo("one");
            peer.send("o\n\n\nthree\nfo");
            assertThat(peer.line()).isEqualTo("two");
            assertThat(peer.line()).isEqualTo("three");
            peer.send("u").send("r\n");
            assertThat(peer.line()).isEqualTo("four");
            assertThat(server.traffic().messagesIn()).isEqualTo(4);
            await().untilAsserted(() -> assertThat(server.traffic().messagesOut()).isEqualTo(4));
            assertThat(server.traffic().bytesIn()).isEqualTo(22);
            assertThat(server.traffic().bytesOut()).isEqualTo(19);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST / HTTP/1.1", "GET /mcp?a=b HTTP/1.0", "PRI * HTTP/2.0"})
    @Requirement({"transport.tcp", "security.browser"})
    void aPageInABrowserCanHaveNothingCarriedOut(String requestLine) throws Exception {
        TcpServer server = start(config -> config.withMaxLineBytes(1_000));
        for (String line : List.of(requestLine, "POST /" + "a".repeat(2_000) + " HTTP/1.1")) {
            try (LinePeer page = new LinePeer(server.port())) {
                page.send(line + "\r\nHost: localhost\r\n\r\n{}\n");
                assertThat(page.line()).startsWith("bad: this port takes").contains("no HTTP");
                assertThat(page.line()).isNull();
            }
        }
        try (LinePeer peer = new LinePeer(server.port())) {
            assertThat(peer.send("{}\n").line()).isEqualTo("{}");
            assertThat(peer.send(requestLine + "\n").line()).isEqualTo(requestLine);
            assertThat(peer.send("POST /" + "a".repeat(2_000) + "\n{}\n").line())
                    .isEqualTo("bad: a message has at most 1000 bytes");
            assertThat(peer.line()).isEqualTo("{}");
        }
    }

    @Test
    @Requirement("transport.limits")
    void aLineAtTheLimitIsTakenAndOneByteMoreIsSkippedAndRefused() throws Exception {
        TcpServer server = start(config -> config.withMaxLineBytes(200_000));
        String longest = "x".repeat(200_000);
        try (LinePeer peer = new LinePeer(server.port())) {
            assertThat(peer.send(longest + "\n").line()).isEqualTo(longest);
            assertThat(peer.send(longest + "\r\n").line()).isEqualTo(longest);
            assertThat(peer.send(longest + "x\nnext\n").line())
                    .isEqualTo("bad: a message has at most 200000 bytes");
            assertThat(peer.line()).isEqualTo("next");
            assertThat(peer.send("y".repeat(900_000) + "\nlast\n").line()).startsWith("bad: ");
            assertThat(peer.line()).isEqualTo("last");
        }
    }

    @Test
    @Requirement("transport.limits")
    void unfinishedLinesStayWithinTheBudgetOfTheNode() throws Exception {
        TcpServer server = start(config -> config);
        try (LinePeer peer = new LinePeer(server.port())) {
            peer.sendQuietly(new byte[2 << 20]);
            assertThat(peer.line()).contains("1048576 bytes of unfinished messages");
            assertThat(peer.line()).isNull();
        }
    }

    @Test
    @Requirement("transport.conn-max")
    void atTheLimitNoMoreConnectionsAreAccepted() throws Exception {
        TcpServer server = start(config -> config.withMaxConnections(1));
        try (LinePeer first = new LinePeer(server.port());
                LinePeer second = new LinePeer(server.port())) {
            assertThat(first.send("a\n").line()).isEqualTo("a");
            second.send("b\n");
            assertThat(server.openConnections()).isEqualTo(1);
            first.close();
            assertThat(second.line()).isEqualTo("b");
        }
    }

    @Test
    void aPeerThatEndsItsInputStillGetsItsAnswers() throws Exception {
        TcpServer server = start(config -> config);
        try (LinePeer peer = new LinePeer(server.port())) {
            peer.send("one\nlast without an end");
            peer.endOutput();
            assertThat(peer.line()).isEqualTo("one");
            assertThat(peer.line()).isEqualTo("last without an end");
            assertThat(peer.line()).isNull();
        }
    }

    @Test
    void whatIsInProgressAtTheEndOfInputIsAnswered() throws Exception {
        TcpServer server = start(config -> config);
        try (LinePeer peer = new LinePeer(server.port())) {
            endpoint.activity = ConnectionHandler.Activity.CALLING;
            assertThat(peer.send("one\n").line()).isEqualTo("one");
            Connection connection = endpoint.connections.getFirst();
            peer.endOutput();
            connection.send(new byte[] {'l', 'a', 't', 'e'}, 0, 4);
            assertThat(peer.line()).isEqualTo("late");
            endpoint.activity = ConnectionHandler.Activity.NONE;
            assertThat(peer.line()).isNull();
        }
    }

    @Test
    @Requirement("transport.limits")
    void aMessageThatDoesNotEndIsGivenUp() throws Exception {
        TcpServer server = withPeer(peer -> peer.withMessage(Duration.ofMillis(300)));
        try (LinePeer slow = new LinePeer(server.port());
                LinePeer good = new LinePeer(server.port())) {
            slow.send("{");
            assertThat(slow.line()).isNull();
            assertThat(good.send("still here\n").line()).isEqualTo("still here");
            await().untilAsserted(
                            () ->
                                    assertThat(ends())
                                            .containsExactly(
                                                    ConnectionEvent.Reason.MESSAGE_TIMEOUT));
        }
    }

    @Test
    @Requirement("transport.limits")
    void aSilentConnectionIsClosedUnlessItIsInUse() throws Exception {
        TcpServer server = withPeer(peer -> peer.withIdle(Duration.ofMillis(300)));
        endpoint.activity = ConnectionHandler.Activity.LISTENING;
        try (LinePeer listening = new LinePeer(server.port())) {
            assertThat(listening.send("a\n").line()).isEqualTo("a");
            await().during(Duration.ofSeconds(1)).until(() -> ends().isEmpty());
            endpoint.activity = ConnectionHandler.Activity.NONE;
            assertThat(listening.line()).isNull();
        }
        await().untilAsserted(
                        () -> assertThat(ends()).containsExactly(ConnectionEvent.Reason.IDLE));
    }

    @Test
    @Requirement("transport.limits")
    void whoDoesNotReadIsReadNoMoreAndCutInTheEnd() throws Exception {
        TcpServer server =
                withPeer(
                        peer ->
                                peer.withBuffers(100 << 10, 4 << 20)
                                        .withWrite(Duration.ofSeconds(1)));
        try (LinePeer stalled = new LinePeer(server.port());
                LinePeer healthy = new LinePeer(server.port())) {
            threads.run("flood", () -> flood(stalled));
            await().atMost(PATIENCE).until(() -> !endpoint.cuts.isEmpty());
            assertThat(endpoint.cuts.getFirst()).contains("less than 1 KiB a second");
            assertThat(healthy.send("well\n").line()).isEqualTo("well");
            await().untilAsserted(
                            () ->
                                    assertThat(ends())
                                            .containsExactly(ConnectionEvent.Reason.SLOW_READER));
        }
    }

    private static void flood(LinePeer peer) {
        byte[] lines = ("z".repeat(999) + "\n").repeat(64).getBytes();
        for (int i = 0; i < 1_000; i++) {
            peer.sendQuietly(lines);
        }
    }

    @Test
    @Requirement("transport.limits")
    void whatWaitsBehindTheMessageBeingWrittenIsBounded() throws Exception {
        TcpServer server = withPeer(peer -> peer.withBuffers(1_000, 10_000));
        try (LinePeer stalled = new LinePeer(server.port())) {
            assertThat(stalled.send("a\n").line()).isEqualTo("a");
            Connection connection = endpoint.connections.getFirst();
            byte[] huge = new byte[48 << 20];
            connection.send(huge, 0, huge.length);
            assertThat(connection.awaitWritable(PATIENCE)).isTrue();
            connection.send(new byte[1_999], 0, 1_999);
            for (int i = 0; i < 5; i++) {
                connection.send(new byte[1_999], 0, 1_999);
            }
            assertThat(endpoint.cuts).isEmpty();
            connection.send(new byte[1], 0, 1);
            connection.send(new byte[1], 0, 1);
            await().until(() -> !endpoint.cuts.isEmpty());
            assertThat(endpoint.cuts).containsExactly("12002 bytes wait for it");
        }
    }

    @Test
    @Requirement("transport.limits")
    void aProducerWaitsAsLongAsThisTransportSays() throws Exception {
        TcpServer server = withPeer(peer -> peer.withWrite(Duration.ofSeconds(10)));
        try (LinePeer peer = new LinePeer(server.port())) {
            assertThat(peer.send("a\n").line()).isEqualTo("a");
            Connection connection = endpoint.connections.getFirst();
            assertThat(connection.patience(Duration.ofSeconds(1))).hasSeconds(10);
        }
    }

    @Test
    void aProducerThatWaitedInVainEndsTheConnection() throws Exception {
        TcpServer server = withPeer(peer -> peer.withBuffers(1_000, 10_000));
        try (LinePeer stalled = new LinePeer(server.port())) {
            assertThat(stalled.send("a\n").line()).isEqualTo("a");
            Connection connection = endpoint.connections.getFirst();
            byte[] huge = new byte[48 << 20];
            connection.send(huge, 0, huge.length);
            assertThat(connection.awaitWritable(PATIENCE)).isTrue();
            connection.send(new byte[2_000], 0, 2_000);
            assertThat(connection.awaitWritable(Duration.ofMillis(100))).isFalse();
            await().until(() -> !endpoint.cuts.isEmpty());
        }
    }

    @Test
    void aPeerThatIsNotLetInHearsTheEnd() throws Exception {
        TcpServer server = start(config -> config);
        endpoint.isOpenToAll = false;
        try (LinePeer peer = new LinePeer(server.port())) {
            assertThat(peer.line()).isNull();
        }
    }

    @Test
    void whatArrivedBeforeAStopIsAnsweredAndThePeerHearsTheEnd() throws Exception {
        TcpServer server = start(config -> config);
        try (LinePeer idle = new LinePeer(server.port());
                LinePeer busy = new LinePeer(server.port())) {
            assertThat(busy.send("a\n").line()).isEqualTo("a");
            busy.send("last\n");
            server.stopAccepting();
            assertThat(busy.line()).isEqualTo("last");
            assertThat(busy.line()).isNull();
            assertThat(idle.line()).isNull();
            busy.close();
            idle.close();
            assertThat(server.close(PATIENCE)).isTrue();
            assertThatThrownBy(() -> new LinePeer(server.port()).close())
                    .isInstanceOf(java.net.ConnectException.class);
        }
    }

    @Test
    void aPortInUseIsNamed() throws Exception {
        try (ServerSocket taken = new ServerSocket()) {
            taken.bind(new InetSocketAddress("127.0.0.1", 0));
            TcpServerConfig config = TcpServerConfig.tcp("127.0.0.1", taken.getLocalPort());
            assertThatThrownBy(() -> TcpServer.start(config, endpoint))
                    .isInstanceOf(UncheckedIOException.class)
                    .hasMessageContaining("cannot listen on 127.0.0.1:" + taken.getLocalPort());
        }
    }
}
