package io.erlmcp.http;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.ByteBudget;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What all connections of one server share. Thread-safe. */
final class ServerScope {
    private final HttpServerConfig config;
    private final AccessRules rules;
    private final HttpRoute[] routes;

    /** The paths of {@link #routes} as they stand in requests. */
    private final byte[][] paths;

    private final Observer observer;
    private final Budgets budgets;
    private final Time time;
    private final DateHeader date;
    private volatile boolean draining;

    /** The node's bounds on bytes partly received and not yet sent. */
    record Budgets(ByteBudget received, ByteBudget unsent) {}

    ServerScope(
            HttpServerConfig config,
            List<HttpRoute> routes,
            Observer observer,
            Budgets budgets,
            Time time) {
        this.config = config;
        this.rules = new AccessRules(config.access(), config.host());
        this.routes = routes.toArray(HttpRoute[]::new);
        this.paths = routes.stream().map(route -> Ascii.bytes(route.path())).toArray(byte[][]::new);
        this.observer = observer;
        this.budgets = budgets;
        this.time = time;
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

    Budgets budgets() {
        return budgets;
    }

    long nanos() {
        return time.nanos();
    }

    DateHeader date() {
        return date;
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
}
