package io.erlmcp.node;

import io.erlmcp.config.NodeConfig;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.network.Traffic;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.tcp.TcpServer;
import io.erlmcp.tcp.TcpServerConfig;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpHandler;
import io.erlmcp.websocket.WebSocketServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What clients connect to: the HTTP listener with its paths, TCP, and a Unix domain socket. They
 * share the node's byte budgets.
 *
 * <p>Process model: made, stopped and closed by the {@link Node}; each listener owns its loops.
 */
final class Listeners {
    private static final ComponentId LISTENERS = ComponentId.of("listeners");

    private final NodeConfig config;
    private final Endpoint endpoint;
    private final Observer observer;
    private final ByteBudget received;
    private final ByteBudget unsent;
    private final Map<String, Traffic> traffic = new LinkedHashMap<>();
    private @Nullable HttpServer http;
    private @Nullable TcpServer tcp;
    private @Nullable TcpServer unix;

    Listeners(NodeConfig config, Endpoint endpoint, Observer observer) {
        this.config = config;
        this.endpoint = endpoint;
        this.observer = observer;
        this.received = Settings.receiving(config.limits());
        this.unsent = Settings.sending(config.limits());
    }

    /**
     * Opens what the configuration asks for.
     *
     * @param pages answered beside the protocol's paths
     * @param mayStart whether a listener may be started: those that are halted are left out
     */
    void start(Map<String, HttpHandler> pages, Predicate<ComponentId> mayStart)
            throws StartException {
        if (config.http().enabled() && mayStart.test(LISTENERS.child("http"))) {
            List<HttpRoute> routes = routes(pages);
            http =
                    listen(
                            "http.port",
                            () ->
                                    HttpServer.start(
                                            Settings.http(config.http()),
                                            routes,
                                            observer,
                                            received,
                                            unsent));
        }
        if (config.tcp().enabled() && mayStart.test(LISTENERS.child("tcp"))) {
            tcp = listen("tcp.port", () -> lines(Settings.tcp(config)));
        }
        if (!config.tcp().socket().isEmpty() && mayStart.test(LISTENERS.child("unix"))) {
            unix = listen("tcp.socket", () -> lines(Settings.unix(config)));
        }
        if (tcp != null) {
            traffic.put("tcp", tcp.traffic());
        }
        if (unix != null) {
            traffic.put("unix", unix.traffic());
        }
    }

    private List<HttpRoute> routes(Map<String, HttpHandler> pages) {
        Map<String, HttpHandler> paths = new LinkedHashMap<>(pages);
        paths.put(config.http().path(), endpoint::handle);
        if (config.sse().enabled()) {
            paths.put(config.sse().path(), endpoint::handleSse);
        }
        if (config.websocket().enabled()) {
            WebSocketServer server =
                    new WebSocketServer(
                            Settings.websocket(config.websocket()),
                            endpoint,
                            observer,
                            received,
                            unsent);
            paths.put(config.websocket().path(), server);
            traffic.put("websocket", server.traffic());
        }
        return paths.entrySet().stream()
                .map(path -> new HttpRoute(path.getKey(), path.getValue()))
                .toList();
    }

    private TcpServer lines(TcpServerConfig settings) {
        return TcpServer.start(settings, endpoint, observer, received, unsent);
    }

    /** Starts a listener; what goes wrong is told under the key that caused it. */
    static <T> T listen(String key, Supplier<T> start) throws StartException {
        try {
            return start.get();
        } catch (UncheckedIOException e) {
            IOException cause = e.getCause();
            throw new StartException(key + ": " + (cause == null ? e : cause).getMessage(), e);
        } catch (IllegalArgumentException e) {
            throw new StartException(key + ": " + e.getMessage(), e);
        }
    }

    int connections() {
        HttpServer web = http;
        return (web == null ? 0 : web.openConnections()) + connections(tcp) + connections(unix);
    }

    private static int connections(@Nullable TcpServer server) {
        return server == null ? 0 : server.openConnections();
    }

    /** Messages and bytes by transport, where connections carry messages both ways. */
    Map<String, Traffic> traffic() {
        return traffic;
    }

    /** Where MCP is served, by the names of the ready line. */
    Map<String, String> urls() {
        Map<String, String> urls = new LinkedHashMap<>();
        HttpServer web = http;
        TcpServer lines = tcp;
        if (web != null) {
            String address = authority(config.http().host(), web.port());
            urls.put("mcp", "http://" + address + config.http().path());
            if (config.sse().enabled()) {
                urls.put("sse", "http://" + address + config.sse().path());
            }
            if (config.websocket().enabled()) {
                urls.put("ws", "ws://" + address + config.websocket().path());
            }
        }
        if (lines != null) {
            urls.put("tcp", "tcp://" + authority(config.tcp().host(), lines.port()));
        }
        if (unix != null) {
            urls.put("unix", "unix://" + Path.of(config.tcp().socket()).toAbsolutePath());
        }
        return urls;
    }

    /** Host and port as they stand in a URL. */
    static String authority(String host, int port) {
        return (host.contains(":") ? "[" + host + "]" : host) + ":" + port;
    }

    /** Takes what had arrived; no connection is accepted from now on. Side by side. */
    void stopAccepting() {
        List<Runnable> steps = new ArrayList<>();
        if (http != null) {
            steps.add(http::stopAccepting);
        }
        if (tcp != null) {
            steps.add(tcp::stopAccepting);
        }
        if (unix != null) {
            steps.add(unix::stopAccepting);
        }
        all(steps);
    }

    /** Ends what is left after {@code grace}. Side by side. */
    void close(Duration grace) {
        List<Runnable> steps = new ArrayList<>();
        HttpServer web = http;
        TcpServer lines = tcp;
        TcpServer file = unix;
        if (web != null) {
            steps.add(() -> web.close(grace));
        }
        if (lines != null) {
            steps.add(() -> lines.close(grace));
        }
        if (file != null) {
            steps.add(() -> file.close(grace));
        }
        all(steps);
    }

    private static void all(List<Runnable> steps) {
        List<Thread> others =
                steps.stream().skip(1).map(it -> Threads.startVirtual("listener", it)).toList();
        steps.stream().limit(1).forEach(Runnable::run);
        for (Thread other : others) {
            try {
                other.join();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
