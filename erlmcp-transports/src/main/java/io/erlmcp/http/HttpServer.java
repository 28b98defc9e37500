package io.erlmcp.http;

import io.erlmcp.network.Listener;
import io.erlmcp.network.LoopState;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.tls.ServerTls;
import io.erlmcp.tls.TlsServerConfig;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.ConnectionGate;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * An HTTP/1.1 server.
 *
 * <p>Process model: owns its event loops (threads {@code http-*}), starts them in {@link #start}
 * and ends them in {@link #close}. Handlers are called on the loops.
 */
public final class HttpServer {
    private final ServerScope scope;
    private final Listener listener;

    private HttpServer(ServerScope scope, Listener listener) {
        this.scope = scope;
        this.listener = listener;
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
     * @throws IllegalArgumentException when the certificates cannot be used
     */
    public static HttpServer start(
            HttpServerConfig config,
            List<HttpRoute> routes,
            Observer observer,
            ByteBudget received,
            ByteBudget unsent) {
        return start(config, routes, observer, received, unsent, ConnectionGate.OPEN);
    }

    /**
     * As the other.
     *
     * @param gate says for each connection whether it is let in; the requests of one that is not
     *     are refused with 503, but for those of probes
     */
    public static HttpServer start(
            HttpServerConfig config,
            List<HttpRoute> routes,
            Observer observer,
            ByteBudget received,
            ByteBudget unsent,
            ConnectionGate gate) {
        loadEvents();
        var budgets = new ServerScope.Budgets(received, unsent);
        ServerScope scope = new ServerScope(config, routes, observer, budgets, Time.system(), gate);
        TlsServerConfig tls = config.tls();
        HttpPipeline pipeline = new HttpPipeline(scope, tls == null ? null : ServerTls.of(tls));
        return new HttpServer(scope, Listener.bind(setup(config), pipeline, Time.system()));
    }

    private static Listener.Setup setup(HttpServerConfig config) {
        var outbound = config.limits().outbound();
        var timeouts = config.timeouts();
        return new Listener.Setup(
                new InetSocketAddress(config.host(), config.port()),
                "http",
                config.engine(),
                config.limits().maxConnections(),
                outbound.lowWaterBytes(),
                outbound.highWaterBytes(),
                false,
                LoopState.tick(
                        List.of(
                                timeouts.header(),
                                timeouts.body(),
                                timeouts.idle(),
                                timeouts.write(),
                                timeouts.sseKeepAlive())));
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

    /** The bound port. */
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

    /**
     * Takes what had arrived until now, connections and requests, then closes the listener.
     * Requests in progress are answered with {@code Connection: close}, connections that have been
     * idle for a quarter of a second are closed, the others as soon as they are that idle.
     */
    public void stopAccepting() {
        listener.stopAccepting(scope::drain);
    }

    /**
     * Stops: waits for answers in progress, at most {@code grace}, then cuts what is left and ends
     * the event loops.
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
