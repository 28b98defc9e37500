package io.erlmcp.node;

import io.erlmcp.andon.AndonLimits;
import io.erlmcp.config.AdminConfig;
import io.erlmcp.config.AndonConfig;
import io.erlmcp.config.BackpressureConfig;
import io.erlmcp.config.ByteSize;
import io.erlmcp.config.HttpConfig;
import io.erlmcp.config.LimitsConfig;
import io.erlmcp.config.MessageQueueConfig;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.config.RecoveryConfig;
import io.erlmcp.config.SessionsConfig;
import io.erlmcp.config.TasksConfig;
import io.erlmcp.config.TcpConfig;
import io.erlmcp.config.WebsocketConfig;
import io.erlmcp.dispatch.CallLimits;
import io.erlmcp.dispatch.WaitingBounds;
import io.erlmcp.feature.CatalogConfig;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.json.JsonLimits;
import io.erlmcp.network.EngineConfig;
import io.erlmcp.network.PeerLimits;
import io.erlmcp.recovery.RecoveryLimits;
import io.erlmcp.resilience.Room;
import io.erlmcp.server.ServerLimits;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.store.StoreConfig;
import io.erlmcp.task.TaskLimits;
import io.erlmcp.tcp.TcpServerConfig;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.StdioTransport;
import io.erlmcp.websocket.WebSocketServerConfig;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Turns the configuration into the records that the parts of the node are made with. */
final class Settings {
    private static final int MOST_CONNECTIONS = 15_000;
    private static final int ADMIN_CONNECTIONS = 100;
    private static final int ADMIN_BODY_BYTES = 64 << 10;

    private Settings() {}

    static ServerLimits server(NodeConfig config) {
        LimitsConfig limits = config.limits();
        SessionsConfig sessions = config.sessions();
        CallLimits calls =
                new CallLimits(
                        limits.maxInFlight(),
                        limits.maxInFlightPerCaller(),
                        limits.maxInFlightPerPrincipal(),
                        waiting(config),
                        config.server().callTimeout(),
                        config.server().answerTimeout());
        SessionLimits session =
                new SessionLimits(
                        new SessionLimits.Caps(
                                sessions.max(),
                                sessions.maxPerPrincipal(),
                                sessions.maxPerAddress(),
                                sessions.evictUnused()),
                        sessions.idleTimeout(),
                        sessions.initializeTimeout(),
                        sessions.maxSubscriptions(),
                        limits.maxListenStreams(),
                        limits.maxStreamsPerCaller(),
                        limits.maxQuestions(),
                        eventBounds(config),
                        new SessionLimits.KeptBounds(
                                limits.maxSubscribedUri(),
                                limits.maxHandshake().toIntBytes(),
                                limits.maxSubscriptionPatterns(),
                                sessions.maxMetadataEntries(),
                                sessions.maxMetadata().toIntBytes()),
                        config.http().writeTimeout(),
                        json(limits));
        return new ServerLimits(
                calls,
                session,
                CatalogConfig.DEFAULTS.withPageSize(config.server().pageSize()),
                tasks(config.tasks(), config.server().pageSize()),
                ServerLimits.DEFAULTS.stateLifetime());
    }

    static WaitingBounds waiting(NodeConfig config) {
        MessageQueueConfig queue = config.messageQueueConfig();
        BackpressureConfig pressure = config.backpressureConfig();
        int shed = pressure.enable() ? queue.percent(pressure.queueThreshold()) : queue.rejectAt();
        return new WaitingBounds(
                queue.maxSize(), queue.warnAt(), shed, queue.rejectAt(), queue.maxWait());
    }

    /** Tasks are read with their results, so that a page of them is never a long one. */
    private static TaskLimits tasks(TasksConfig tasks, int pageSize) {
        return new TaskLimits(
                tasks.max(),
                tasks.maxPerCaller(),
                tasks.maxRunning(),
                tasks.ttl(),
                tasks.pollInterval(),
                tasks.maxResult().toIntBytes(),
                budget(tasks.maxKept()).limitBytes(),
                Math.min(pageSize, TaskLimits.DEFAULTS.pageSize()));
    }

    static StoreConfig store(NodeConfig config, Path folder) {
        return StoreConfig.in(folder)
                .withEvents(eventBounds(config))
                .withMaxValues(config.data().maxValues())
                .withPatience(config.data().maxWait());
    }

    /** What is replayed goes out in one piece, and must not be what a client is cut for. */
    static SessionLimits.EventBounds eventBounds(NodeConfig config) {
        SessionsConfig sessions = config.sessions();
        return new SessionLimits.EventBounds(
                sessions.maxEvents(),
                Math.min(
                        sessions.maxEventBytes().toIntBytes(),
                        config.http().maxUnsent().toIntBytes() / 2),
                budget(sessions.maxNodeEventBytes()).limitBytes());
    }

    private static JsonLimits json(LimitsConfig limits) {
        return JsonLimits.DEFAULTS.withMaxDepth(limits.maxJsonDepth());
    }

    static HttpServerConfig http(HttpConfig http) {
        int unsent = http.maxUnsent().toIntBytes();
        int high = Math.min(256 << 10, unsent);
        HttpServerConfig usual = HttpServerConfig.defaults();
        return usual.withHost(http.host())
                .withPort(http.port())
                .withLimits(
                        usual.limits()
                                .withMaxConnections(
                                        http.maxConnections() == 0
                                                ? connections()
                                                : http.maxConnections())
                                .withMaxHeaderBytes(http.maxHeader().toIntBytes())
                                .withMaxBodyBytes(http.maxBody().toIntBytes())
                                .withOutbound(
                                        new HttpServerConfig.Outbound(
                                                Math.max(1, high / 4), high, unsent)))
                .withTimeouts(
                        new HttpServerConfig.Timeouts(
                                http.headerTimeout(),
                                http.bodyTimeout(),
                                http.idleTimeout(),
                                http.writeTimeout(),
                                http.keepAlive()))
                .withAccess(
                        usual.access()
                                .plusHosts(http.allowedHosts())
                                .plusOrigins(http.allowedOrigins()));
    }

    static WebSocketServerConfig websocket(WebsocketConfig websocket) {
        return new WebSocketServerConfig(
                websocket.maxMessage().toIntBytes(),
                new PeerLimits(
                        Math.min(
                                websocket.backpressure().toIntBytes(),
                                websocket.maxUnsent().toIntBytes()),
                        websocket.maxUnsent().toIntBytes(),
                        websocket.messageTimeout(),
                        websocket.idleTimeout(),
                        websocket.writeTimeout(),
                        websocket.ping()),
                websocket.compression());
    }

    static TcpServerConfig tcp(NodeConfig config) {
        return tcp(config, config.tcp().port());
    }

    static TcpServerConfig tcp(NodeConfig config, int port) {
        return lines(config, TcpServerConfig.tcp(config.tcp().host(), port));
    }

    static TcpServerConfig unix(NodeConfig config) {
        return lines(config, TcpServerConfig.unix(Path.of(config.tcp().socket())));
    }

    private static TcpServerConfig lines(NodeConfig config, TcpServerConfig usual) {
        TcpConfig tcp = config.tcp();
        return usual.withMaxConnections(
                        tcp.maxConnections() == 0 ? connections() : tcp.maxConnections())
                .withEngine(engine(config))
                .withMaxLineBytes(config.limits().maxLine().toIntBytes())
                .withPeer(
                        new PeerLimits(
                                Math.min(
                                        tcp.backpressure().toIntBytes(),
                                        tcp.maxUnsent().toIntBytes()),
                                tcp.maxUnsent().toIntBytes(),
                                tcp.messageTimeout(),
                                tcp.idleTimeout(),
                                tcp.writeTimeout(),
                                PeerLimits.defaults().ping()));
    }

    static EngineConfig engine(NodeConfig config) {
        return EngineConfig.defaults().withDeadPeer(config.limits().deadPeer());
    }

    static HttpServerConfig admin(AdminConfig admin) {
        HttpServerConfig usual = HttpServerConfig.defaults();
        return usual.withHost(admin.host())
                .withPort(admin.port())
                .withEngine(new EngineConfig(true, 1, 128))
                .withLimits(
                        usual.limits()
                                .withMaxConnections(ADMIN_CONNECTIONS)
                                .withMaxBodyBytes(ADMIN_BODY_BYTES));
    }

    static StdioTransport.Config stdio(NodeConfig config) {
        StdioTransport.Config usual = StdioTransport.Config.DEFAULTS;
        return new StdioTransport.Config(
                config.limits().maxLine().toIntBytes(),
                usual.highWaterBytes(),
                usual.maxUnsentBytes(),
                config.drain().timeout(),
                usual.shutdownTimeout());
    }

    static AndonLimits andon(AndonConfig andon) {
        return AndonLimits.DEFAULTS
                .withAnalysis(andon.analysis() == AndonConfig.Analysis.ALWAYS)
                .withHistory(andon.history())
                .withReceipts(
                        new AndonLimits.ReceiptBounds(
                                andon.maxReceiptFile().bytes(), andon.receiptFiles()));
    }

    static RecoveryLimits recovery(RecoveryConfig recovery) {
        return new RecoveryLimits(
                recovery.history(),
                recovery.components(),
                recovery.decisions(),
                recovery.trendWindow(),
                recovery.cascadeWindow(),
                new RecoveryLimits.Bundles(
                        recovery.bundles(),
                        recovery.maxBundle().toIntBytes(),
                        recovery.bundlePause()));
    }

    /** Refuses an address that others can reach, as long as nobody has to say who they are. */
    static void checkBind(String key, String host, NodeConfig config) throws StartException {
        boolean isLoopback;
        try {
            isLoopback = InetAddress.getByName(host).isLoopbackAddress();
        } catch (UnknownHostException e) {
            throw new StartException(key + ": \"" + host + "\" is no address of this machine", e);
        }
        if (!isLoopback && !config.security().allowPublicBindWithoutAuthentication()) {
            throw new StartException(
                    key
                            + ": \""
                            + host
                            + "\" can be reached from other machines and nothing authenticates the"
                            + " callers; listen on 127.0.0.1, or set"
                            + " security.allow_public_bind_without_authentication: true behind"
                            + " something that does");
        }
    }

    /** What may be open when nothing is held back. */
    static Room mostOpen(NodeConfig config) {
        ServerLimits limits = server(config);
        int connections = maxConnections(config);
        return new Room(
                connections,
                limits.sessions().caps().all(),
                Math.max(connections, limits.sessions().maxListenStreams()),
                limits.tasks().maxRunning());
    }

    /** Connections of all listeners together. */
    static int maxConnections(NodeConfig config) {
        long most = 0;
        if (config.http().enabled()) {
            most += http(config.http()).limits().maxConnections();
        }
        if (config.tcp().enabled()) {
            most += tcp(config).maxConnections();
        }
        if (!config.tcp().socket().isEmpty()) {
            most += unix(config).maxConnections();
        }
        return (int) Math.min(Integer.MAX_VALUE - 1, most);
    }

    /** The smaller of 15,000 and three quarters of the open files that this process may have. */
    private static int connections() {
        try {
            return Files.readAllLines(Path.of("/proc/self/limits")).stream()
                    .filter(line -> line.startsWith("Max open files"))
                    .map(line -> line.substring("Max open files".length()).strip().split("\\s+")[0])
                    .filter(soft -> soft.matches("[0-9]{1,9}"))
                    .mapToInt(
                            soft -> (int) Math.min(MOST_CONNECTIONS, Long.parseLong(soft) * 3 / 4))
                    .findFirst()
                    .orElse(MOST_CONNECTIONS);
        } catch (IOException e) {
            return MOST_CONNECTIONS;
        }
    }

    /**
     * The budget of partly received messages; a zero in the configuration is an eighth of the heap.
     */
    static ByteBudget receiving(LimitsConfig limits) {
        return budget(limits.maxReceiving());
    }

    /** The budget of unsent bytes, likewise. */
    static ByteBudget sending(LimitsConfig limits) {
        return budget(limits.maxSending());
    }

    private static ByteBudget budget(ByteSize configured) {
        return configured.bytes() == 0
                ? ByteBudget.eighthOfHeap()
                : new ByteBudget(configured.bytes());
    }
}
