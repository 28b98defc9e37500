package io.erlmcp.node;

import io.erlmcp.admin.AdminPages;
import io.erlmcp.admin.SessionPages;
import io.erlmcp.cli.CommandLineParts;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.feature.Catalogs;
import io.erlmcp.feature.ToolProvider;
import io.erlmcp.health.Health;
import io.erlmcp.health.HealthPages;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.server.McpServer;
import io.erlmcp.server.ServerBuilder;
import io.erlmcp.store.DiskStore;
import io.erlmcp.telemetry.EventLines;
import io.erlmcp.telemetry.Metrics;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.HttpHandler;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.IntSupplier;
import org.jspecify.annotations.Nullable;

/**
 * What {@code serve} runs: the server with its providers, the listeners for clients and the one for
 * operators.
 *
 * <p>Process model: made and stopped by one caller; owns everything it starts. The listeners have
 * event loops, the server a timer and a virtual thread for each call.
 */
final class Node implements AutoCloseable {
    private static final Duration ADMIN_CLOSE = Duration.ofMillis(500);

    private final NodeConfig config;
    private final DataFolder data;
    private final @Nullable DiskStore store;
    private final Plugins plugins;
    private final Health health = new Health();
    private final @Nullable Metrics metrics;
    private final McpServer server;
    private final Observer observer;
    private final Listeners listeners;
    private @Nullable HttpServer admin;

    /**
     * @param folder what relative paths in the configuration start from
     */
    Node(NodeConfig config, Path folder) throws StartException {
        this.config = config;
        if (config.http().enabled()) {
            Settings.checkBind("http.host", config.http().host(), config);
        }
        if (config.tcp().enabled()) {
            Settings.checkBind("tcp.host", config.tcp().host(), config);
        }
        if (config.admin().enabled()) {
            Settings.checkBind("admin.host", config.admin().host(), config);
        }
        metrics = config.telemetry().metrics() && config.admin().enabled() ? new Metrics() : null;
        List<Observer> observers = new ArrayList<>(List.of(new EventLines()));
        if (metrics != null) {
            observers.add(metrics);
        }
        observer = Observer.of(observers);
        plugins = Plugins.load(config.plugins(), folder);
        data = DataFolder.open(config, System.getenv());
        store = Stores.open(config, data, observer);
        server = server();
        listeners = new Listeners(config, server.endpoint(), observer);
    }

    private McpServer server() throws StartException {
        ServerBuilder builder =
                McpServer.builder(config.server().name(), CommandLineParts.version())
                        .limits(Settings.server(config))
                        .observer(observer);
        if (!config.server().title().isEmpty()) {
            builder.title(config.server().title());
        }
        if (!config.server().instructions().isEmpty()) {
            builder.instructions(config.server().instructions());
        }
        List<byte[]> keys = StateKeys.of(config, data.path());
        if (!keys.isEmpty()) {
            builder.stateKeys(keys);
        }
        if (store != null) {
            builder.sessions(store.sessions(), store.events())
                    .tasks(store.tasks())
                    .store(store.values());
        }
        try {
            plugins.providers().forEach(provider -> builder.addAll(provider.features()));
            return builder.build();
        } catch (IllegalArgumentException | IllegalStateException e) {
            plugins.close();
            closeStore();
            data.close();
            throw new StartException("plugins: " + e.getMessage(), e);
        }
    }

    /** Opens the listeners that the configuration asks for, and is ready. */
    void start() throws StartException {
        Catalogs catalogs =
                new Catalogs(
                        server.tools(),
                        server.prompts(),
                        server.resources(),
                        server::resourceUpdated);
        for (ToolProvider provider : plugins.providers()) {
            provider.started(catalogs);
        }
        HealthPages pages = new HealthPages(health, figures(), Time.system());
        if (metrics != null) {
            metrics.gauges(
                    new Metrics.Gauges(
                            server::inFlight,
                            server::waitingCalls,
                            server::openSessions,
                            server::listenStreams,
                            server::keptTasks,
                            server::runningTasks,
                            listeners::connections,
                            () -> health.isReady() ? 1 : 0));
        }
        if (config.admin().enabled()) {
            Map<String, Consumer<HttpExchange>> routes = new LinkedHashMap<>(pages.byPath());
            routes.putAll(new AdminPages().byPath(() -> metrics == null ? "" : metrics.scrape()));
            routes.putAll(new SessionPages(server.sessions()).byPath());
            admin =
                    Listeners.listen(
                            "admin.port",
                            () -> HttpServer.start(Settings.admin(config.admin()), routes(routes)));
        }
        listeners.start(handlers(pages.byPath()));
        if (metrics != null) {
            listeners.traffic().forEach(metrics::traffic);
        }
        health.ready();
    }

    private static Map<String, HttpHandler> handlers(Map<String, Consumer<HttpExchange>> pages) {
        Map<String, HttpHandler> handlers = new LinkedHashMap<>();
        pages.forEach((path, page) -> handlers.put(path, page::accept));
        return handlers;
    }

    private static List<HttpRoute> routes(Map<String, Consumer<HttpExchange>> pages) {
        return pages.entrySet().stream()
                .map(page -> new HttpRoute(page.getKey(), page.getValue()::accept))
                .toList();
    }

    private Map<String, IntSupplier> figures() {
        return Map.of(
                "connections", listeners::connections,
                "in_flight", server::inFlight,
                "waiting", server::waitingCalls,
                "sessions", server::openSessions,
                "tasks", server::keptTasks);
    }

    Endpoint endpoint() {
        return server.endpoint();
    }

    /** Where MCP is served, by transport: {@code mcp}, {@code ws}, {@code tcp}, {@code unix}. */
    Map<String, String> urls() {
        return listeners.urls();
    }

    /** The URL of the operators' endpoint; null when there is none. */
    @Nullable String adminUrl() {
        return admin == null
                ? null
                : "http://" + Listeners.authority(config.admin().host(), admin.port());
    }

    /**
     * The first step of stopping: {@code /ready} says no, no connection is accepted, streams end,
     * calls may finish.
     */
    boolean drain() {
        health.draining("the node is stopping");
        listeners.stopAccepting();
        return server.drain(config.drain().timeout());
    }

    /**
     * The last step: ends what is left. The listeners end side by side, each takes half a second.
     */
    @Override
    public void close() {
        server.close();
        HttpServer operators = admin;
        Thread other =
                Threads.startVirtual(
                        "close admin",
                        () -> {
                            if (operators != null) {
                                operators.close(ADMIN_CLOSE);
                            }
                        });
        listeners.close(config.drain().halting());
        try {
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (metrics != null) {
            metrics.close();
        }
        plugins.close();
        closeStore();
        data.close();
    }

    private void closeStore() {
        if (store != null) {
            store.close();
        }
    }
}
