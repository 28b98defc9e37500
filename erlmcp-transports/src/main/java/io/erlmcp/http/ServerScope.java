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
    private final Route[] routes;
    private final Observer observer;
    private final Budgets budgets;
    private final Time time;
    private final DateHeader date;
    private volatile boolean draining;

    /** The node's bounds on bytes partly received and not yet sent. */
    record Budgets(ByteBudget received, ByteBudget unsent) {}

    /** A route with its path as it stands in requests. */
    record Route(byte[] bytes, HttpRoute route) {}

    ServerScope(HttpServerConfig config, List<HttpRoute> routes, Observer observer, Budgets budgets, Time time) {
        this.config = config;
        this.rules = new AccessRules(config.access(), config.host());
        this.routes = routes.stream()
                .map(route -> new Route(Ascii.bytes(route.path()), route))
                .toArray(Route[]::new);
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
        for (Route route : routes) {
            if (head.pathIs(route.bytes())) {
                return route.route();
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
