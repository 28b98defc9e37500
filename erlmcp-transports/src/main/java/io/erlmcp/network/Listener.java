package io.erlmcp.network;

import io.erlmcp.runtime.Time;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A bound address and the connections that came to it: accepts up to a limit, sweeps over the
 * connections' clocks, and stops without losing what had arrived.
 *
 * <p>Process model: made and closed by its server; owns its event loops, whose threads bear the
 * name of the {@link Setup}.
 */
public final class Listener {
    private static final Duration LOOP_STOP = Duration.ofSeconds(2);
    private static final Duration LONGEST_TAKING = Duration.ofSeconds(1);
    private static final Duration DRAINING_TICK = Duration.ofMillis(50);

    /**
     * More than this the kernel does not take of what the peer has no room for. Without it the
     * kernel takes megabytes for each peer that does not read, and more whenever it has memory to
     * spare, which looks as if the peer had read.
     */
    private static final long UNSENT_IN_KERNEL_BYTES = 256 << 10;

    private final AcceptGate gate;
    private final NetworkEngine engine;
    private final Channel channel;
    private final Map<EventExecutor, LoopState> loops;
    private final Time time;
    private volatile boolean stopped;

    /**
     * Where to listen and what to hold.
     *
     * @param address an address with a port, 0 for a free one, or of a Unix domain socket
     * @param threads how the event loops' threads are called
     * @param maxConnections at this number the listener stops accepting until one closes
     * @param lowWaterBytes a connection becomes writable again when no more than this is unsent
     * @param highWaterBytes a connection is not writable when more than this is unsent
     * @param halfClosure whether a peer that ended its output may still read
     * @param tick how often to look at the connections' clocks
     */
    public record Setup(
            SocketAddress address,
            String threads,
            EngineConfig engine,
            int maxConnections,
            int lowWaterBytes,
            int highWaterBytes,
            boolean halfClosure,
            Duration tick) {}

    private Listener(
            AcceptGate gate,
            NetworkEngine engine,
            Channel channel,
            Map<EventExecutor, LoopState> loops,
            Time time) {
        this.gate = gate;
        this.engine = engine;
        this.channel = channel;
        this.loops = loops;
        this.time = time;
    }

    /**
     * Binds and starts to accept.
     *
     * @throws UncheckedIOException when the address cannot be bound
     */
    public static Listener bind(Setup setup, Acceptor acceptor, Time time) {
        AcceptGate gate = new AcceptGate(setup.maxConnections(), acceptor, time);
        NetworkEngine engine = NetworkEngine.start(setup);
        Map<EventExecutor, LoopState> loops = new HashMap<>();
        for (EventExecutor executor : engine.loops()) {
            loops.put(executor, new LoopState());
        }
        Map<EventExecutor, LoopState> known = Map.copyOf(loops);
        ChannelInitializer<Channel> initializer =
                new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        LoopState loop = known.get(connection.eventLoop());
                        if (loop == null) {
                            throw new IllegalStateException("connection on a loop of another");
                        }
                        acceptor.accepted(connection, loop, gate.open());
                    }
                };
        ChannelFuture bound =
                bootstrap(setup, engine)
                        .handler(gate)
                        .childHandler(initializer)
                        .bind(engine.address())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var _ = engine.loops().shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            throw refused(setup.address(), bound.cause());
        }
        Listener listener = new Listener(gate, engine, bound.channel(), known, time);
        listener.sweepEvery(setup.tick());
        return listener;
    }

    private static UncheckedIOException refused(SocketAddress address, Throwable cause) {
        String where =
                address instanceof InetSocketAddress internet
                        ? internet.getHostString() + ":" + internet.getPort()
                        : address.toString();
        String reason = cause == null ? "unknown" : cause.getMessage();
        return new UncheckedIOException(
                new IOException("cannot listen on " + where + ": " + reason));
    }

    private static ServerBootstrap bootstrap(Setup setup, NetworkEngine engine) {
        ServerBootstrap bootstrap =
                new ServerBootstrap()
                        .group(engine.loops())
                        .channel(engine.listener())
                        .option(ChannelOption.SO_BACKLOG, setup.engine().backlog())
                        // one accept a turn, so that the connection limit is never passed by a
                        // batch
                        .option(
                                ChannelOption.RECVBUF_ALLOCATOR,
                                new FixedRecvByteBufAllocator(128).maxMessagesPerRead(1))
                        .childOption(
                                ChannelOption.WRITE_BUFFER_WATER_MARK,
                                new WriteBufferWaterMark(
                                        setup.lowWaterBytes(), setup.highWaterBytes()));
        // the one kind of channel that has no such option
        boolean offered = engine.listener() != NioServerDomainSocketChannel.class;
        if (setup.halfClosure() && offered) {
            bootstrap.childOption(ChannelOption.ALLOW_HALF_CLOSURE, true);
        }
        if (setup.address() instanceof InetSocketAddress) {
            bootstrap
                    .option(ChannelOption.SO_REUSEADDR, true)
                    .childOption(ChannelOption.TCP_NODELAY, true);
            KeepAlive.of(setup.engine().deadPeer()).on(bootstrap, engine.isEpoll());
            if (engine.isEpoll()) {
                bootstrap.childOption(EpollChannelOption.TCP_NOTSENT_LOWAT, UNSENT_IN_KERNEL_BYTES);
            }
        }
        return bootstrap;
    }

    private void sweepEvery(Duration tick) {
        long nanos = tick.toNanos();
        loops.forEach(
                (executor, loop) -> {
                    if (executor.isShuttingDown()) {
                        return;
                    }
                    Runnable sweep = () -> loop.sweep(time.nanos());
                    var _ =
                            executor.scheduleWithFixedDelay(
                                    sweep, nanos, nanos, TimeUnit.NANOSECONDS);
                });
    }

    /**
     * Tells {@code action} once or more often when the listener ends by itself: its socket was
     * closed, or an event loop has died.
     */
    public void whenLost(Consumer<Throwable> action) {
        var _ = channel.closeFuture().addListener(done -> lost(action, "the socket was closed"));
        for (EventExecutor loop : loops.keySet()) {
            var _ =
                    loop.terminationFuture()
                            .addListener(done -> lost(action, "an event loop has died"));
        }
    }

    private void lost(Consumer<Throwable> action, String how) {
        if (!stopped) {
            action.accept(new IOException("the listener is lost: " + how));
        }
    }

    /** The bound port; 0 where the address has none. */
    public int port() {
        return channel.localAddress() instanceof InetSocketAddress internet
                ? internet.getPort()
                : 0;
    }

    public int openConnections() {
        return gate.open();
    }

    /**
     * Takes what had arrived until now, connections and bytes, and closes the listener; {@code
     * drain} runs before connections are told. Nothing the second time.
     */
    public void stopAccepting(Runnable drain) {
        if (isStopped()) {
            return;
        }
        stopped = true;
        try {
            takeWaitingConnections();
            channel.close().awaitUninterruptibly();
            awaitTurns(loops.keySet());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            channel.close().awaitUninterruptibly();
        }
        drain.run();
        onEachLoop(LoopState::drain);
        sweepEvery(DRAINING_TICK);
        onEachLoop(loop -> loop.sweep(time.nanos()));
    }

    private void onEachLoop(Consumer<LoopState> work) {
        loops.forEach(
                (executor, loop) -> {
                    if (!executor.isShuttingDown()) {
                        executor.execute(() -> work.accept(loop));
                    }
                });
    }

    /** The kernel resets connections that nobody accepted, so this accepts until none waits. */
    private void takeWaitingConnections() throws InterruptedException {
        long end = time.nanos() + LONGEST_TAKING.toNanos();
        long before;
        do {
            before = gate.accepted();
            awaitTurns(Set.of(channel.eventLoop()));
        } while (gate.accepted() != before && time.nanos() - end < 0);
    }

    /** Waits until each loop has read, from now on, what its channels had to read. */
    private static void awaitTurns(Set<? extends EventExecutor> all) throws InterruptedException {
        // a loop that has died has no turns
        List<? extends EventExecutor> executors =
                all.stream().filter(it -> !it.isShuttingDown()).toList();
        CountDownLatch turns = new CountDownLatch(executors.size());
        for (EventExecutor executor : executors) {
            // the first may run in a turn whose reading is over, the second is of a later turn
            Runnable second = turns::countDown;
            var _ =
                    executor.schedule(
                            () -> {
                                var _ = executor.schedule(second, 1, TimeUnit.MILLISECONDS);
                            },
                            1,
                            TimeUnit.MILLISECONDS);
        }
        turns.await(LONGEST_TAKING.toMillis(), TimeUnit.MILLISECONDS);
    }

    /**
     * Ends the connections, waits until they have, at most {@code grace}, then cuts what is left
     * and ends the event loops. Comes after {@link #stopAccepting}.
     *
     * @return whether every connection ended by itself
     */
    public boolean close(Duration grace) {
        boolean drained = false;
        if (!engine.loops().isShuttingDown()) {
            onEachLoop(LoopState::endAll);
        }
        try {
            drained = gate.awaitNoneOpen(grace);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        if (!engine.loops().isShuttingDown()) {
            onEachLoop(LoopState::cutAll);
        }
        engine.loops()
                .shutdownGracefully(0, LOOP_STOP.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(LOOP_STOP.toMillis());
        return drained;
    }

    /** Whether {@link #stopAccepting} was called, or the loops have ended. */
    public boolean isStopped() {
        return stopped || engine.loops().isShuttingDown();
    }
}
