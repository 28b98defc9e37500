package io.erlmcp.node;

import io.erlmcp.admin.AdminPages;
import io.erlmcp.admin.ComponentPages;
import io.erlmcp.admin.SessionPages;
import io.erlmcp.admin.UpstreamPages;
import io.erlmcp.health.HealthPages;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.recovery.Recovery;
import io.erlmcp.recovery.RecoveryPages;
import io.erlmcp.server.McpServer;
import io.erlmcp.supervision.ComponentState;
import io.erlmcp.telemetry.Metrics;
import io.erlmcp.transport.HttpExchange;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * All pages of the operators' endpoint. What changes something leaves a receipt, and a method that
 * a page does not know is answered with 405 and those that it knows: a test walks over the list at
 * {@code /}, in which each page stands.
 *
 * @param metrics null where none are kept
 * @param errorLines what a component wrote to its standard error, without secrets
 * @param states what each component is doing
 */
record OperatorPages(
        McpServer server,
        Cord cord,
        Recovery recovery,
        UpstreamDesk upstreams,
        @Nullable Metrics metrics,
        Function<ComponentId, List<String>> errorLines,
        Supplier<List<ComponentState>> states) {
    /** The pages by path. */
    Map<String, Consumer<HttpExchange>> byPath(HealthPages health) {
        Map<String, Consumer<HttpExchange>> pages = new LinkedHashMap<>(health.forOperators());
        Metrics kept = metrics;
        pages.putAll(new SessionPages(server.sessions(), cord::sessionDropped).byPath());
        pages.putAll(new UpstreamPages(upstreams).byPath());
        pages.putAll(new ComponentPages(states).byPath());
        pages.putAll(new RecoveryPages(recovery).byPath());
        pages.putAll(cord.pages(recovery::evidence, errorLines));
        pages.putAll(
                new AdminPages().byPath(() -> kept == null ? "" : kept.scrape(), pages.keySet()));
        return pages;
    }
}
