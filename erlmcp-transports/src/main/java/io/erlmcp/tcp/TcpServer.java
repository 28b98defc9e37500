package io.erlmcp.tcp;

import io.erlmcp.network.Acceptor;
import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.network.Listener;
import io.erlmcp.network.LoopState;
import io.erlmcp.network.PeerAddress;
import io.erlmcp.network.PeerConnection;
import io.erlmcp.network.PeerLimits;
import io.erlmcp.network.PeerScope;
import io.erlmcp.network.Traffic;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.tls.ServerTls;
import io.erlmcp.tls.TlsServerConfig;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.ConnectionGate;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.PeerEvidence;
import io.netty.channel.Channel;
import java.io.UncheckedIOException;
import java.net.UnixDomainSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Serves newline-delimited JSON-RPC over TCP or a Unix domain socket, both eras on one connection.
 *
 * <p>Process model: owns its event loops (threads {@code tcp-*} or {@code unix-*}), starts them in
 * {@link #start} and ends them in {@link #close}. The endpoint is called on the loops.
 */
public final class TcpServer {
    private static final int LOW_WATER_BYTES = 1;
    private static final int HIGH_WATER_BYTES = 1;

    private final Listener listener;
    private final Traffic traffic;
    private final @Nullable SocketFile file;

    private TcpServer(Listener listener, Traffic traffic, @Nullable SocketFile file) {
        this.listener = listener;
        this.traffic = traffic;
        this.file = file;
    }

    /** As the other, heard by nobody and with byte budgets of its own. */
    public static TcpServer start(TcpServerConfig config, Endpoint endpoint) {
        return start(
                config,
                endpoint,
                Observer.NONE,
                ByteBudget.eighthOfHeap(),
                ByteBudget.eighthOfHeap());
    }

    /**
     * Binds and starts to accept. The file of a Unix domain socket is made anew, with mode 0600;
     * one that a server left behind is removed.
     *
     * @param received bounds the bytes of all messages that are partly received, over all who share
     *     it
     * @param unsent bounds the bytes that wait for their peers, over all who share it
     * @throws UncheckedIOException when the address cannot be bound
     * @throws IllegalArgumentException when the certificates cannot be used
     */
    public static TcpServer start(
            TcpServerConfig config,
            Endpoint endpoint,
            Observer observer,
            ByteBudget received,
            ByteBudget unsent) {
        return start(config, endpoint, observer, received, unsent, ConnectionGate.OPEN);
    }

    /**
     * As the other.
     *
     * @param gate says for each connection whether it is let in; else it is closed at once
     */
    public static TcpServer start(
            TcpServerConfig config,
            Endpoint endpoint,
            Observer observer,
            ByteBudget received,
            ByteBudget unsent,
            ConnectionGate gate) {
        Traffic traffic = new Traffic();
        PeerScope scope =
                new PeerScope(
                        config.transport(),
                        config.peer(),
                        endpoint,
                        observer,
                        received,
                        unsent,
                        traffic,
                        Time.system());
        TlsServerConfig tls = config.tls();
        Acceptor acceptor =
                new LineAcceptor(
                        scope,
                        config.maxLineBytes(),
                        gate,
                        tls == null ? null : ServerTls.of(tls));
        if (!(config.address() instanceof UnixDomainSocketAddress unix)) {
            return new TcpServer(
                    Listener.bind(setup(config), acceptor, Time.system()), traffic, null);
        }
        SocketFile file = SocketFile.prepare(unix.getPath());
        Listener listener = Listener.bind(setup(config), acceptor, Time.system());
        try {
            file.made();
        } catch (UncheckedIOException e) {
            listener.stopAccepting(() -> {});
            listener.close(Duration.ZERO);
            throw e;
        }
        return new TcpServer(listener, traffic, file);
    }

    private static Listener.Setup setup(TcpServerConfig config) {
        PeerLimits peer = config.peer();
        return new Listener.Setup(
                config.address(),
                config.transport(),
                config.engine(),
                config.maxConnections(),
                LOW_WATER_BYTES,
                HIGH_WATER_BYTES,
                true,
                LoopState.tick(List.of(peer.message(), peer.idle(), peer.write())));
    }

    /** Gives each connection its way in. */
    private record LineAcceptor(
            PeerScope scope,
            int maxLineBytes,
            ConnectionGate gate,
            @Nullable ServerTls tls)
            implements Acceptor {
        @Override
        public void accepted(Channel channel, LoopState loop, int open) {
            if (!gate.admits()) {
                reject(channel, open);
                return;
            }
            if (tls == null) {
                opened(channel, loop, open);
                return;
            }
            tls.guard(
                    channel,
                    loop,
                    new ServerTls.Outcome() {
                        @Override
                        public void secured() {
                            opened(channel, loop, open);
                        }

                        @Override
                        public void refused(String reason) {
                            scope.observer()
                                    .on(
                                            new ConnectionEvent.HandshakeFailed(
                                                    scope.transport(),
                                                    PeerAddress.of(channel),
                                                    reason));
                        }
                    });
        }

        private void opened(Channel channel, LoopState loop, int open) {
            boolean local = scope.transport().equals("unix");
            PeerEvidence evidence =
                    new PeerEvidence(
                            scope.transport(), local ? "local" : PeerAddress.of(channel), Map.of());
            PeerConnection connection =
                    new PeerConnection(scope, loop, channel, LineFraming.INSTANCE, evidence);
            channel.pipeline()
                    .addLast(new LineIntake(connection, loop, scope.received(), maxLineBytes));
            var _ = connection.open(open);
        }

        private void reject(Channel channel, int open) {
            String peer = scope.transport().equals("unix") ? "local" : PeerAddress.of(channel);
            scope.observer().on(new ConnectionEvent.Rejected(scope.transport(), peer, open));
            var _ = channel.close();
        }

        @Override
        public void paused(String reason, int open) {
            scope.observer().on(new ConnectionEvent.AcceptPaused(scope.transport(), reason, open));
        }

        @Override
        public void resumed(Duration pause) {
            scope.observer().on(new ConnectionEvent.AcceptResumed(scope.transport(), pause));
        }
    }

    /** The bound port; 0 for a Unix domain socket. */
    public int port() {
        return listener.port();
    }

    /** Tells {@code action}, once or more often, when the server ends by itself. */
    public void whenLost(Consumer<Throwable> action) {
        listener.whenLost(action);
    }

    public int openConnections() {
        return listener.openConnections();
    }

    public Traffic traffic() {
        return traffic;
    }

    /**
     * Takes what had arrived until now, connections and messages, then closes the listener.
     * Connections on which nothing is being answered are closed when they have been quiet for a
     * quarter of a second, the others as soon as they are.
     */
    public void stopAccepting() {
        listener.stopAccepting(() -> {});
        if (file != null) {
            file.remove();
        }
    }

    /**
     * Stops: sends what waits, waits for the peers to close, at most {@code grace}, then cuts what
     * is left and ends the event loops.
     *
     * @return whether every connection ended by itself
     */
    public boolean close(Duration grace) {
        if (!listener.isStopped()) {
            stopAccepting();
        }
        return listener.close(grace);
    }
}
