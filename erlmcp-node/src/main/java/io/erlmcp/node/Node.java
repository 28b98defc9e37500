package io.erlmcp.node;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.ReceiptQueue;
import io.erlmcp.cli.CommandLineParts;
import io.erlmcp.config.MessageQueueConfig;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.feature.Catalogs;
import io.erlmcp.feature.Priority;
import io.erlmcp.guardian.Guardian;
import io.erlmcp.guardian.RunawayTools;
import io.erlmcp.health.Health;
import io.erlmcp.health.HealthPages;
import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.recovery.DependencyGraph;
import io.erlmcp.recovery.Recovery;
import io.erlmcp.resilience.Brake;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.runtime.Timers;
import io.erlmcp.server.McpServer;
import io.erlmcp.server.ServerBuilder;
import io.erlmcp.supervision.ChildSpec;
import io.erlmcp.supervision.Component;
import io.erlmcp.supervision.ComponentFactory;
import io.erlmcp.supervision.SupervisorSpec;
import io.erlmcp.telemetry.EventLines;
import io.erlmcp.telemetry.Metrics;
import io.erlmcp.telemetry.Rates;
import io.erlmcp.tls.TlsServerConfig;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.HttpHandler;
import io.erlmcp.upstream.Upstream;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * What {@code serve} runs: the server with its providers, the listeners for clients and the one for
 * operators.
 *
 * <p>Process model: made and stopped by one caller; owns everything it starts. The listeners run in
 * its {@link NodeTree} and have event loops, the server a timer and a virtual thread for each call.
 */
final class Node implements AutoCloseable {
    private static final Duration ADMIN_CLOSE = Duration.ofMillis(500);

    private final NodeConfig config;
    private final DataFolder data;
    private final @Nullable Stores store;
    private final Plugins plugins;
    private final Brake brake = new Brake();
    private final ActionReceipts actions = new ActionReceipts(Time.system());
    private final Health health = new Health();
    private final @Nullable Metrics metrics;
    private final Cord cord;
    private final McpServer server;
    private final Observer observer;
    private final Listeners listeners;
    private final Rates rates = new Rates();
    private final NodeHalts halts = new NodeHalts();
    private final Guards guards;
    private final UpstreamBranch upstreams;
    private final NodeRecovery around;
    private final Recovery recovery;
    private final NodeTree tree;
    private final ReceiptQueue receipts;
    private volatile @Nullable HttpServer admin;
    private volatile boolean isClosed;

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
        TlsServerConfig tls = TlsFiles.of(config.tls(), folder);
        metrics = config.telemetry().metrics() && config.admin().enabled() ? new Metrics() : null;
        observer = Observer.of(observers());
        plugins = Plugins.load(config.plugins(), folder);
        data = DataFolder.open(config, System.getenv());
        store = Stores.open(config, data, observer);
        cord = new Cord(config, data.path().orElse(null), observer);
        halts.on(cord.andon());
        receipts = new ReceiptQueue(andon().receipts(), Time.system(), observer);
        health.unless(cord.andon()::notReady);
        server = server();
        cord.attach(server);
        listeners =
                new Listeners(
                        config,
                        server.endpoint(),
                        observer,
                        brake,
                        tls,
                        metrics == null ? (transport, traffic) -> {} : metrics::traffic);
        guards =
                new Guards(
                        config,
                        new Guards.Watched(server, listeners, store, brake, rates),
                        halts,
                        () -> cord.saveSessions(server),
                        observer);
        upstreams =
                new UpstreamBranch(
                        config,
                        server,
                        observer,
                        folder,
                        data.path().orElse(null),
                        cord.andon()::refusal);
        TreeHalts treeHalts = new TreeHalts(cord.andon());
        Timers supervision = new Timers("supervision");
        around = new NodeRecovery(upstreams, treeHalts, cord.andon(), guards, metrics);
        recovery = recovery(supervision);
        tree =
                new NodeTree(
                        supervision,
                        Observer.of(List.of(observer, recovery)),
                        cord.startGate(),
                        health,
                        recovery);
        treeHalts.attach(tree, recovery, around);
        cord.attach(tree, upstreams.upstreams(), listeners);
    }

    private List<Observer> observers() {
        List<Observer> observers =
                new ArrayList<>(
                        List.of(
                                new EventLines(),
                                rates,
                                new RunawayTools(halts::haltTool, this::tell),
                                actions));
        if (metrics != null) {
            observers.add(metrics);
        }
        return observers;
    }

    private Recovery recovery(Timers timers) {
        return new Recovery(
                Settings.recovery(config.recovery()),
                new Recovery.Around(
                        Time.system(),
                        timers,
                        observer,
                        NodeRecovery.secrets(config),
                        data.path().orElse(null)),
                around,
                around);
    }

    private void tell(Event event) {
        observer.on(event);
    }

    private McpServer server() throws StartException {
        ServerBuilder builder =
                McpServer.builder(config.server().name(), CommandLineParts.version())
                        .limits(Settings.server(config))
                        .observer(observer)
                        .brake(brake)
                        .gate(cord.andon().gate());
        MessageQueueConfig queue = config.messageQueueConfig();
        queue.highPriority().forEach(name -> builder.priority(name, Priority.HIGH));
        queue.lowPriority().forEach(name -> builder.priority(name, Priority.LOW));
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
        PluginNode.Parts seen =
                new PluginNode.Parts(
                        andon(),
                        cord.states(),
                        cord::isKnown,
                        guards.guardian()::level,
                        () -> isClosed);
        plugins.started(catalogs, plugin -> new PluginNode(plugin, seen));
        actions.on(receipts);
        MigrationPhase.told(config, andon().receipts(), observer);
        cord.restoreSessions(server);
        HealthPages pages =
                new HealthPages(
                        health,
                        guards.monitor(),
                        Figures.of(listeners, server, guards),
                        Time.system());
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
            metrics.upstreams(
                    upstreams.upstreams()::up,
                    upstreams.upstreams().all().stream().map(Upstream::component).toList());
        }
        guards.ready(around.checks(), plugins.providers(), health);
        if (metrics != null) {
            metrics.resources(guards.guardian(), guards.monitor(), server::abandonedCalls);
        }
        SupervisorSpec serving = NodeTree.serving(children(pages), upstreams.spec());
        around.knows(DependencyGraph.of(serving));
        List<ChildSpec> watch = new ArrayList<>(guards.children());
        watch.add(ChildSpec.permanent("receipts", receipts::run));
        tree.start(NodeTree.of(watch, serving));
        server.runAccepted();
        health.ready();
        if (metrics != null) {
            metrics.start();
        }
    }

    private List<ChildSpec> children(HealthPages pages) {
        List<ChildSpec> children = new ArrayList<>();
        if (config.admin().enabled()) {
            OperatorPages operators =
                    new OperatorPages(
                            server,
                            cord,
                            recovery,
                            new UpstreamDesk(upstreams.upstreams(), andon()),
                            metrics,
                            around::errorLines,
                            tree::states);
            Map<String, Consumer<HttpExchange>> routes = operators.byPath(pages);
            children.add(ChildSpec.permanent("admin", life -> admin(life, routes(routes))));
        }
        children.addAll(listeners.children(handlers(pages.byPath())));
        return children;
    }

    /** The operators' listener; a later run takes the port of the first. */
    private Component admin(ComponentFactory.Life life, List<HttpRoute> routes)
            throws StartException {
        HttpServer before = admin;
        HttpServerConfig settings = Settings.admin(config.admin());
        HttpServerConfig here = before == null ? settings : settings.withPort(before.port());
        HttpServer operators = Listeners.listen("admin.port", () -> HttpServer.start(here, routes));
        admin = operators;
        operators.whenLost(life::failed);
        return () -> operators.close(ADMIN_CLOSE);
    }

    Guardian guardian() {
        return guards.guardian();
    }

    Andon andon() {
        return cord.andon();
    }

    NodeTree tree() {
        return tree;
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

    Endpoint endpoint() {
        return server.endpoint();
    }

    /** Where MCP is served, by transport: {@code mcp}, {@code ws}, {@code tcp}, {@code unix}. */
    Map<String, String> urls() {
        return listeners.urls();
    }

    /** The URL of the operators' endpoint; null when there is none. */
    @Nullable String adminUrl() {
        HttpServer operators = admin;
        return operators == null
                ? null
                : "http://" + Listeners.authority(config.admin().host(), operators.port());
    }

    /**
     * The first step of stopping: {@code /ready} says no, no connection is accepted, streams end,
     * calls may finish.
     */
    boolean drain() {
        health.draining("the node is stopping");
        cord.draining();
        listeners.stopAccepting();
        return server.drain(config.drain().timeout());
    }

    /**
     * The last step: ends what is left. The listeners end side by side, each takes half a second.
     */
    @Override
    public void close() {
        guards.close();
        int cut = server.inFlight();
        cord.halting();
        cord.saveSessions(server);
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
        // a platform thread: calls that loop may hold all carriers
        Thread told = Threads.startPlatform("stop plug-ins", plugins::stopping);
        listeners.close(config.drain().halting());
        try {
            told.join();
            other.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        tree.close();
        recovery.close();
        cord.stopped(cut);
        if (metrics != null) {
            metrics.close();
        }
        plugins.close();
        closeStore();
        receipts.close(); // the store says what it did last
        isClosed = true;
        data.close();
        guards.closed();
    }

    private void closeStore() {
        if (store != null) {
            store.close();
        }
    }
}
