package io.erlmcp.http;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.ByteBudget;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelOption;
import io.netty.channel.FixedRecvByteBufAllocator;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.util.concurrent.EventExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * An HTTP/1.1 server.
 *
 * <p>Process model: owns its event loops (threads {@code http-*}), starts them in {@link #start}
 * and ends them in {@link #close}. Handlers are called on the loops.
 */
public final class HttpServer {
    private static final Duration LOOP_STOP = Duration.ofSeconds(2);
    private static final Duration LONGEST_TAKING = Duration.ofSeconds(1);

    private final ServerScope scope;
    private final AcceptGate gate;
    private final NetworkEngine engine;
    private final Channel listener;
    private final Map<EventExecutor, LoopState> loops;

    private HttpServer(
            ServerScope scope,
            AcceptGate gate,
            NetworkEngine engine,
            Channel listener,
            Map<EventExecutor, LoopState> loops) {
        this.scope = scope;
        this.gate = gate;
        this.engine = engine;
        this.listener = listener;
        this.loops = loops;
    }

    /** As {@link #start(HttpServerConfig, List, Observer)}, heard by nobody. */
    public static HttpServer start(HttpServerConfig config, List<HttpRoute> routes) {
        return start(config, routes, Observer.NONE);
    }

    /** As the other, with byte budgets of its own. */
    public static HttpServer start(
            HttpServerConfig config, List<HttpRoute> routes, Observer observer) {
        return start(
                config, routes, observer, ByteBudget.eighthOfHeap(), ByteBudget.eighthOfHeap());
    }

    /**
     * Binds and starts to accept.
     *
     * @param received bounds the bytes of all requests that are partly received, over all who share
     *     it
     * @param unsent bounds the bytes of all answers that wait for their peers, over all who share
     *     it
     * @throws UncheckedIOException when the address cannot be bound
     */
    public static HttpServer start(
            HttpServerConfig config,
            List<HttpRoute> routes,
            Observer observer,
            ByteBudget received,
            ByteBudget unsent) {
        loadEvents();
        var budgets = new ServerScope.Budgets(received, unsent);
        ServerScope scope = new ServerScope(config, routes, observer, budgets, Time.system());
        AcceptGate gate = new AcceptGate(scope);
        NetworkEngine engine = NetworkEngine.start(config.engine());
        Map<EventExecutor, LoopState> loops = new HashMap<>();
        for (EventExecutor executor : engine.loops()) {
            loops.put(executor, new LoopState());
        }
        ChannelFuture bound =
                bootstrap(config, engine)
                        .handler(gate)
                        .childHandler(new HttpPipeline(scope, gate, loops))
                        .bind(config.host(), config.port())
                        .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var _ = engine.loops().shutdownGracefully(0, 0, TimeUnit.MILLISECONDS);
            String reason = bound.cause() == null ? "unknown" : bound.cause().getMessage();
            throw new UncheckedIOException(
                    new IOException(
                            "cannot listen on "
                                    + config.host()
                                    + ":"
                                    + config.port()
                                    + ": "
                                    + reason));
        }
        HttpServer server = new HttpServer(scope, gate, engine, bound.channel(), loops);
        server.sweepEvery(LoopState.tick(config.timeouts()));
        return server;
    }

    /**
     * Loads the events' classes now: the first one may have to be told when no file descriptor is
     * left to load it with, and an error then would end an event loop.
     */
    private static void loadEvents() {
        for (Class<?> event : HttpEvent.class.getPermittedSubclasses()) {
            if (!HttpEvent.class.isAssignableFrom(event)) {
                throw new IllegalStateException(event + " is no event");
            }
        }
    }

    private static ServerBootstrap bootstrap(HttpServerConfig config, NetworkEngine engine) {
        var outbound = config.limits().outbound();
        return new ServerBootstrap()
                .group(engine.loops())
                .channel(engine.listener())
                .option(ChannelOption.SO_BACKLOG, config.engine().backlog())
                .option(ChannelOption.SO_REUSEADDR, true)
                // one accept a turn, so that the connection limit is never passed by a batch
                .option(
                        ChannelOption.RECVBUF_ALLOCATOR,
                        new FixedRecvByteBufAllocator(128).maxMessagesPerRead(1))
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childOption(ChannelOption.SO_KEEPALIVE, true)
                .childOption(
                        ChannelOption.WRITE_BUFFER_WATER_MARK,
                        new WriteBufferWaterMark(
                                outbound.lowWaterBytes(), outbound.highWaterBytes()));
    }

    private void sweepEvery(Duration tick) {
        long nanos = tick.toNanos();
        loops.forEach(
                (executor, loop) -> {
                    Runnable sweep = () -> loop.sweep(scope.nanos());
                    var _ =
                            executor.scheduleWithFixedDelay(
                                    sweep, nanos, nanos, TimeUnit.NANOSECONDS);
                });
    }

    /** The bound port. */
    public int port() {
        return ((InetSocketAddress) listener.localAddress()).getPort();
    }

    public int openConnections() {
        return gate.open();
    }

    /**
     * Takes what had arrived until now, connections and requests, then closes the listener.
     * Requests in progress are answered with {@code Connection: close}, connections that have been
     * idle for a quarter of a second are closed, the others as soon as they are that idle.
     */
    public void stopAccepting() {
        try {
            takeWaitingConnections();
            listener.close().awaitUninterruptibly();
            awaitTurns(loops.keySet());
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
            listener.close().awaitUninterruptibly();
        }
        scope.drain();
        sweepEvery(Duration.ofMillis(50));
        loops.forEach((executor, loop) -> executor.execute(() -> loop.sweep(scope.nanos())));
    }

    /** The kernel resets connections that nobody accepted, so this accepts until none waits. */
    private void takeWaitingConnections() throws InterruptedException {
        long end = scope.nanos() + LONGEST_TAKING.toNanos();
        long before;
        do {
            before = gate.accepted();
            awaitTurns(Set.of(listener.eventLoop()));
        } while (gate.accepted() != before && scope.nanos() - end < 0);
    }

    /** Waits until each loop has read, from now on, what its channels had to read. */
    private static void awaitTurns(Set<? extends EventExecutor> executors)
            throws InterruptedException {
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
     * Stops: waits for answers in progress, at most {@code grace}, then cuts what is left and ends
     * the event loops.
     *
     * @return whether every connection ended by itself
     */
    public boolean close(Duration grace) {
        if (!engine.loops().isShuttingDown() && !scope.isDraining()) {
            stopAccepting();
        }
        boolean drained = false;
        try {
            drained = gate.awaitNoneOpen(grace);
        } catch (InterruptedException hurry) {
            Thread.currentThread().interrupt();
        }
        if (!engine.loops().isShuttingDown()) {
            loops.forEach((executor, loop) -> executor.execute(loop::cutAll));
        }
        engine.loops()
                .shutdownGracefully(0, LOOP_STOP.toMillis(), TimeUnit.MILLISECONDS)
                .awaitUninterruptibly(LOOP_STOP.toMillis());
        return drained;
    }
}
