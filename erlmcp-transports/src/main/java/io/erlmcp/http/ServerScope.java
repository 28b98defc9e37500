package io.erlmcp.http;

import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.ConnectionGate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all connections of one server share. Thread-safe. */
final class ServerScope {
    private static final int SMALL_ANSWER_BYTES = 16 * 1024;

    private final HttpServerConfig config;
    private final AccessRules rules;
    private final HttpRoute[] routes;

    /** The paths of {@link #routes} as they stand in requests. */
    private final byte[][] paths;

    private final Observer observer;
    private final Budgets budgets;
    private final Time time;
    private final ConnectionGate gate;
    private final DateHeader date;
    private volatile boolean draining;

    /** The node's bounds on bytes partly received and not yet sent. */
    record Budgets(ByteBudget received, ByteBudget unsent) {}

    ServerScope(
            HttpServerConfig config,
            List<HttpRoute> routes,
            Observer observer,
            Budgets budgets,
            Time time,
            ConnectionGate gate) {
        this.config = config;
        this.rules = new AccessRules(config.access(), config.host());
        this.routes = routes.toArray(HttpRoute[]::new);
        this.paths = routes.stream().map(route -> Ascii.bytes(route.path())).toArray(byte[][]::new);
        this.observer = observer;
        this.budgets = budgets;
        this.time = time;
        this.gate = gate;
        this.date = new DateHeader(time);
    }

    HttpServerConfig config() {
        return config;
    }

    AccessRules rules() {
        return rules;
    }

    @Nullable HttpRoute routeOf(RequestHead head) {
        for (int i = 0; i < paths.length; i++) {
            if (head.pathIs(paths[i])) {
                return routes[i];
            }
        }
        return null;
    }

    ConnectionGate gate() {
        return gate;
    }

    Budgets budgets() {
        return budgets;
    }

    long nanos() {
        return time.nanos();
    }

    boolean isDraining() {
        return draining;
    }

    void drain() {
        draining = true;
    }

    void tell(HttpEvent event) {
        observer.on(event);
    }

    void handshakeFailed(String peer, String reason) {
        observer.on(new ConnectionEvent.HandshakeFailed("http", peer, reason));
    }

    boolean closesAfter(RequestHead head) {
        return draining || !head.keepAlive();
    }

    ResponseEncoder.Framing framing(RequestHead head, boolean close) {
        return new ResponseEncoder.Framing(head.origin(), close, !head.isNamedHead(), date);
    }

    /** For answers that may be given before the origin was found to be allowed. */
    ResponseEncoder.Framing cautiousFraming(@Nullable RequestHead head, boolean close) {
        if (head == null || !head.hasOrigin() || !head.originIn(rules)) {
            boolean withBody = head == null || !head.isNamedHead();
            return new ResponseEncoder.Framing(null, close, withBody, date);
        }
        return framing(head, close);
    }

    /** Whether the node holds so many unsent bytes that those who do not read are cut for it. */
    boolean isUnsentBudgetTight() {
        return budgets.unsent().isTight();
    }

    /**
     * Whether an answer of so many bytes must be left out for want of room; small ones always go.
     */
    boolean isOverUnsentBudget(int bytes) {
        ByteBudget unsent = budgets.unsent();
        return bytes > SMALL_ANSWER_BYTES && unsent.usedBytes() + bytes > unsent.limitBytes();
    }
}
