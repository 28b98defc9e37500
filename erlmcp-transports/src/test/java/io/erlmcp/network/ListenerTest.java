package io.erlmcp.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelConfig;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.Epoll;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.io.BufferedReader;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import jdk.net.ExtendedSocketOptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ListenerTest {
    private final BlockingQueue<Channel> accepted = new LinkedBlockingQueue<>();
    private final Acceptor acceptor =
            new Acceptor() {
                @Override
                public void accepted(Channel connection, LoopState loop, int open) {
                    loop.add(new Member(connection));
                    accepted.add(connection);
                }

                @Override
                public void paused(String reason, int open) {}

                @Override
                public void resumed(Duration pause) {}
            };

    /** As every transport does it: what ends a connection is the loop's to call. */
    private static final class Member extends LoopMember {
        private final Channel connection;

        Member(Channel connection) {
            this.connection = connection;
        }

        @Override
        protected void tick(long nowNanos) {}

        @Override
        protected void end() {
            var _ = connection.close();
        }

        @Override
        protected void cutOff() {
            var _ = connection.close();
        }
    }

    private Listener bind(int port, EngineConfig engine) {
        return Listener.bind(
                new Listener.Setup(
                        new InetSocketAddress("127.0.0.1", port),
                        "test",
                        engine,
                        10,
                        1,
                        1,
                        false,
                        Duration.ofSeconds(1)),
                acceptor,
                Time.system());
    }

    private static void close(Listener listener) {
        listener.stopAccepting(() -> {});
        listener.close(Duration.ZERO);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Requirement("transport.tcp-opts")
    void theSocketsHaveTheirOptions(boolean preferNative) throws Exception {
        Listener listener = bind(0, new EngineConfig(preferNative, 1, 77));
        try (Socket client = new Socket("127.0.0.1", listener.port())) {
            Channel connection = accepted.take();
            assertThat(connection.config().getOption(ChannelOption.SO_KEEPALIVE)).isTrue();
            assertThat(connection.config().getOption(ChannelOption.TCP_NODELAY)).isTrue();
            Channel parent = connection.parent();
            assertThat(parent.config().getOption(ChannelOption.SO_REUSEADDR)).isTrue();
            assertThat(parent.config().getOption(ChannelOption.SO_BACKLOG)).isEqualTo(77);
            assertThat(client.isConnected()).isTrue();
            assertThat(seconds(connection, preferNative)).containsExactly(60, 10, 6);
            if (preferNative && Epoll.isAvailable()) {
                assertThat(connection.config().getOption(EpollChannelOption.TCP_USER_TIMEOUT))
                        .isEqualTo(120_000);
            }
        } finally {
            close(listener);
        }
    }

    /** Silence before the kernel asks, between its questions, and how many. */
    private static List<Integer> seconds(Channel connection, boolean preferNative) {
        ChannelConfig config = connection.config();
        return preferNative && Epoll.isAvailable()
                ? List.of(
                        config.getOption(EpollChannelOption.TCP_KEEPIDLE),
                        config.getOption(EpollChannelOption.TCP_KEEPINTVL),
                        config.getOption(EpollChannelOption.TCP_KEEPCNT))
                : List.of(
                        config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE)),
                        config.getOption(
                                NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL)),
                        config.getOption(NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT)));
    }

    @Test
    @Requirement("transport.tcp-opts")
    void aPeerMayBeGoneFor12SecondsAtLeastAnd12HoursAtMost() {
        assertThat(KeepAlive.of(Duration.ofSeconds(12))).isEqualTo(new KeepAlive(6, 1, 6, 12_000));
        EngineConfig usual = EngineConfig.defaults();
        assertThat(usual.withDeadPeer(Duration.ofSeconds(12)).deadPeer()).hasSeconds(12);
        assertThatThrownBy(() -> usual.withDeadPeer(Duration.ofSeconds(11)))
                .hasMessage("deadPeer in seconds is 11, must be at least 12");
        assertThatThrownBy(() -> usual.withDeadPeer(Duration.ofSeconds(43_201)))
                .hasMessage("deadPeer in seconds is 43201, must be at most 43200");
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    @Requirement("transport.tcp-opts")
    void theKernelTakesTheLongestTime(boolean preferNative) throws Exception {
        EngineConfig longest =
                new EngineConfig(preferNative, 1, 77).withDeadPeer(Duration.ofHours(12));
        Listener listener = bind(0, longest);
        try (Socket client = new Socket("127.0.0.1", listener.port())) {
            assertThat(seconds(accepted.take(), preferNative)).containsExactly(21_600, 3_600, 6);
            assertThat(client.isConnected()).isTrue();
        } finally {
            close(listener);
        }
    }

    @Test
    @Requirement({"R14", "R16"})
    void theKernelTakesLittleForAPeerThatDoesNotRead() throws Exception {
        assumeTrue(Epoll.isAvailable());
        int all = 16 << 20;
        Listener listener = bind(0, EngineConfig.defaults());
        try (Socket client = new Socket()) {
            client.setReceiveBufferSize(4 << 10);
            client.connect(new InetSocketAddress("127.0.0.1", listener.port()));
            Channel connection = accepted.take();
            for (int written = 0; written < all; written += 64 << 10) {
                connection.write(Unpooled.wrappedBuffer(new byte[64 << 10]));
            }
            connection.flush();
            // a task of the loop comes after the flush
            long unsent = connection.eventLoop().submit(() -> unsent(connection)).get();
            assertThat(all - unsent).isBetween(1L, 1L << 20);
            assertThat(client.getInputStream().readNBytes(all)).hasSize(all);
        } finally {
            close(listener);
        }
    }

    private static long unsent(Channel connection) {
        return connection.unsafe().outboundBuffer().totalPendingWriteBytes();
    }

    @ParameterizedTest
    @CsvSource({"true, 77", "false, 77", "true, 1024", "false, 1024"})
    @Requirement("transport.tcp-opts")
    void theKernelHoldsAsManyAsTheBacklogSays(boolean preferNative, int backlog) throws Exception {
        Listener listener = bind(0, new EngineConfig(preferNative, 1, backlog));
        Process ss = new ProcessBuilder("ss", "-Hltn", "sport = :" + listener.port()).start();
        try (BufferedReader out = ss.inputReader()) {
            // State Recv-Q Send-Q ...; of a listener the last of these is its backlog
            String line = String.valueOf(out.readLine());
            assertThat(line.split(" +")[2]).as(line).isEqualTo("" + backlog);
        } finally {
            close(listener);
        }
    }

    @Test
    @Requirement("transport.tcp-opts")
    void thePortCanBeBoundAgainWhileOldConnectionsLinger() throws Exception {
        Listener first = bind(0, EngineConfig.defaults());
        int port = first.port();
        try (Socket client = new Socket("127.0.0.1", port)) {
            accepted.take();
            close(first);
            assertThat(client.getInputStream().read()).isNegative();
        }
        Listener second = bind(port, EngineConfig.defaults());
        assertThat(second.port()).isEqualTo(port);
        close(second);
    }

    @Test
    @Requirement({"transport.ws.ping", "transport.tcp"})
    void theUsualPeerHas25SecondsForAMessageAnd5MinutesOfSilence() {
        PeerLimits usual = PeerLimits.defaults();
        assertThat(usual.backpressureBytes()).isEqualTo(100 << 10);
        assertThat(usual.maxUnsentBytes()).isEqualTo(4 << 20);
        assertThat(usual.message()).hasSeconds(25);
        assertThat(usual.idle()).hasMinutes(5);
        assertThat(usual.write()).hasSeconds(20);
        assertThat(usual.ping()).hasSeconds(30);
    }

    @Test
    @Requirement("transport.tcp-opts")
    void theUsualBacklogIs1024AndNoneIsRefused() {
        assertThat(EngineConfig.defaults().backlog()).isEqualTo(1024);
        assertThatThrownBy(() -> new EngineConfig(true, 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("backlog is 0, must be at least 1");
        assertThatThrownBy(() -> new EngineConfig(true, 0, 1))
                .hasMessage("eventLoops is 0, must be at least 1");
    }
}
