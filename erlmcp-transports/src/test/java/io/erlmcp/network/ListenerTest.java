package io.erlmcp.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import io.netty.channel.Channel;
import io.netty.channel.ChannelOption;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
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
