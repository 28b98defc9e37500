package io.erlmcp.node;

import io.erlmcp.config.NodeConfig;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.network.Traffic;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.resilience.Brake;
import io.erlmcp.runtime.Threads;
import io.erlmcp.supervision.ChildSpec;
import io.erlmcp.supervision.Component;
import io.erlmcp.supervision.ComponentFactory.Life;
import io.erlmcp.tcp.TcpServer;
import io.erlmcp.tcp.TcpServerConfig;
import io.erlmcp.tls.TlsServerConfig;
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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BiConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What clients connect to: the HTTP listener with its paths, TCP, and a Unix domain socket. They
 * share the node's byte budgets.
 *
 * <p>Process model: made by the {@link Node}, which stops and closes all together; each runs, and
 * runs again, as a child of its tree, and owns its loops.
 */
final class Listeners {
    /** What the connections of a listener that failed have left; those of a stop had their time. */
    private static final Duration LAST_GRACE = Duration.ofMillis(250);

    /** What they have left where the listener was halted in order: the last answers leave. */
    private static final Duration ORDERLY_GRACE = Duration.ofSeconds(2);

    private static final ComponentId HTTP = ComponentId.of("listeners", "http");
    private static final ComponentId TCP = ComponentId.of("listeners", "tcp");
    private static final ComponentId UNIX = ComponentId.of("listeners", "unix");
    private static final Map<ComponentId, Set<String>> TRANSPORTS =
            Map.of(
                    HTTP, Set.of("http", "websocket", "sse"),
                    TCP, Set.of("tcp"),
                    UNIX, Set.of("unix"));

    private final NodeConfig config;
    private final Endpoint endpoint;
    private final Observer observer;
    private final Brake brake;
    private final @Nullable TlsServerConfig tls;
    private final ByteBudget received;
    private final ByteBudget unsent;
    private final BiConsumer<String, Traffic> traffic;

    // the current runs; each listener keeps the port of its first
    private volatile @Nullable HttpServer http;
    private volatile @Nullable TcpServer tcp;
    private volatile @Nullable TcpServer unix;

    /** Those that let in nothing more, though they run. */
    private final Set<ComponentId> closing = ConcurrentHashMap.newKeySet();

    /**
     * @param brake may hold back new connections
     * @param tls in front of all but the Unix domain socket; null for none
     * @param traffic hears, for each run of a transport whose connections carry messages both ways,
     *     what counts its messages and bytes
     */
    Listeners(
            NodeConfig config,
            Endpoint endpoint,
            Observer observer,
            Brake brake,
            @Nullable TlsServerConfig tls,
            BiConsumer<String, Traffic> traffic) {
        this.traffic = traffic;
        this.config = config;
        this.endpoint = endpoint;
        this.observer = observer;
        this.brake = brake;
        this.tls = tls;
        this.received = Settings.receiving(config.limits());
        this.unsent = Settings.sending(config.limits());
    }

    /**
     * What the configuration asks for, as children of the tree.
     *
     * @param pages answered beside the protocol's paths
     */
    List<ChildSpec> children(Map<String, HttpHandler> pages) {
        List<ChildSpec> children = new ArrayList<>();
        if (config.http().enabled()) {
            children.add(ChildSpec.permanent("http", life -> web(life, pages)));
        }
        if (config.tcp().enabled()) {
            children.add(ChildSpec.permanent("tcp", this::tcp));
        }
        if (!config.tcp().socket().isEmpty()) {
            children.add(ChildSpec.permanent("unix", this::unix));
        }
        return children;
    }

    private Component web(Life life, Map<String, HttpHandler> pages) throws StartException {
        HttpServer before = http;
        HttpServerConfig settings =
                Settings.http(config.http()).withEngine(Settings.engine(config)).withTls(tls);
        HttpServerConfig here = before == null ? settings : settings.withPort(before.port());
        HttpServer server =
                listen(
                        "http.port",
                        () ->
                                HttpServer.start(
                                        here,
                                        routes(pages),
                                        observer,
                                        received,
                                        unsent,
                                        this::admits));
        http = server;
        server.whenLost(life::failed);
        return () -> server.close(grace(HTTP));
    }

    private Component tcp(Life life) throws StartException {
        TcpServer before = tcp;
        TcpServerConfig settings =
                (before == null ? Settings.tcp(config) : Settings.tcp(config, before.port()))
                        .withTls(tls);
        TcpServer server = listen("tcp.port", () -> lines(settings));
        tcp = server;
        return running(TCP, server, life);
    }

    private Component unix(Life life) throws StartException {
        TcpServer server = listen("tcp.socket", () -> lines(Settings.unix(config)));
        unix = server;
        return running(UNIX, server, life);
    }

    private Component running(ComponentId component, TcpServer server, Life life) {
        traffic.accept(component.equals(TCP) ? "tcp" : "unix", server.traffic());
        server.whenLost(life::failed);
        return () -> server.close(grace(component));
    }

    /** For the end of a run; the next one lets everybody in again. */
    private Duration grace(ComponentId component) {
        return closing.remove(component) ? ORDERLY_GRACE : LAST_GRACE;
    }

    // ---- halts of one of them ----

    /** The listener that lets in what comes over {@code transport}; null where none does. */
    static @Nullable ComponentId of(String transport) {
        return switch (transport) {
            case "http", "websocket", "sse" -> HTTP;
            case "tcp" -> TCP;
            case "unix" -> UNIX;
            default -> null;
        };
    }

    /** The transports that come in through a listener; none for another component. */
    static Set<String> transports(ComponentId component) {
        return TRANSPORTS.getOrDefault(component, Set.of());
    }

    /**
     * Lets in nothing more through this listener: what had arrived is taken, connections on which
     * nothing is being answered are closed. Does nothing for another component, or the second time.
     *
     * @return whether it is a listener that was open until now
     */
    boolean stopAccepting(ComponentId component) {
        Runnable stop = stopOf(component);
        if (stop == null || !closing.add(component)) {
            return false;
        }
        stop.run();
        return true;
    }

    private @Nullable Runnable stopOf(ComponentId component) {
        HttpServer web = http;
        TcpServer lines = component.equals(UNIX) ? unix : tcp;
        if (component.equals(HTTP)) {
            return web == null ? null : web::stopAccepting;
        }
        boolean isLines = component.equals(TCP) || component.equals(UNIX);
        return isLines && lines != null ? lines::stopAccepting : null;
    }

    /** Whether a listener runs that lets in nothing more. */
    boolean isClosing(ComponentId component) {
        return closing.contains(component);
    }

    private List<HttpRoute> routes(Map<String, HttpHandler> pages) {
        Map<String, HttpHandler> paths = new LinkedHashMap<>();
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
            traffic.accept("websocket", server.traffic());
        }
        List<HttpRoute> routes = new ArrayList<>();
        pages.forEach((path, page) -> routes.add(new HttpRoute(path, page, true)));
        paths.forEach((path, handler) -> routes.add(new HttpRoute(path, handler)));
        return routes;
    }

    private TcpServer lines(TcpServerConfig settings) {
        return TcpServer.start(settings, endpoint, observer, received, unsent, this::admits);
    }

    /** No more connections than the node lets in, over all listeners. */
    private boolean admits() {
        int most = brake.now().room().connections();
        return most == Integer.MAX_VALUE || connections() <= most;
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

    /** Where MCP is served, by the names of the ready line. */
    Map<String, String> urls() {
        Map<String, String> urls = new LinkedHashMap<>();
        String secured = tls == null ? "" : "s";
        HttpServer web = http;
        TcpServer lines = tcp;
        if (web != null) {
            String address = authority(config.http().host(), web.port());
            urls.put("mcp", "http" + secured + "://" + address + config.http().path());
            if (config.sse().enabled()) {
                urls.put("sse", "http" + secured + "://" + address + config.sse().path());
            }
            if (config.websocket().enabled()) {
                urls.put("ws", "ws" + secured + "://" + address + config.websocket().path());
            }
        }
        if (lines != null) {
            urls.put("tcp", "tcp" + secured + "://" + authority(config.tcp().host(), lines.port()));
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
        HttpServer web = http;
        TcpServer lines = tcp;
        TcpServer file = unix;
        if (web != null) {
            steps.add(web::stopAccepting);
        }
        if (lines != null) {
            steps.add(lines::stopAccepting);
        }
        if (file != null) {
            steps.add(file::stopAccepting);
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
