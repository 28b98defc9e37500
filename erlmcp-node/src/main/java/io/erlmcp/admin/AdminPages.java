package io.erlmcp.admin;

import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Consumer;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * The pages of the operators' endpoint.
 *
 * <p>Process model: a scrape is rendered on a virtual thread of its own, at most four at the same
 * time; the rest is answered on the event loop.
 */
public final class AdminPages {
    private static final List<String> METRICS =
            List.of(
                    "content-type",
                    "text/plain; version=0.0.4; charset=utf-8",
                    "cache-control",
                    "no-store");
    private static final List<String> TEXT = List.of("content-type", "text/plain; charset=utf-8");
    private static final List<String> ONLY_READS = List.of("allow", "GET, HEAD");
    private static final List<String> BUSY = List.of("retry-after", "1");

    private final Semaphore scrapes = new Semaphore(4);

    /**
     * The pages by path.
     *
     * @param metrics renders all metrics; may take a while
     * @param all the paths of all pages, for the list at {@code /}; looked at when that is asked
     */
    public Map<String, Consumer<HttpExchange>> byPath(
            Supplier<String> metrics, Collection<String> all) {
        Map<String, Consumer<HttpExchange>> pages = new LinkedHashMap<>();
        pages.put("/metrics", exchange -> scrape(exchange, metrics));
        pages.put(
                "/",
                exchange ->
                        answer(
                                exchange,
                                TEXT,
                                all.stream()
                                        .filter(it -> !it.equals("/"))
                                        .map(it -> it + '\n')
                                        .collect(Collectors.joining())));
        return pages;
    }

    private void scrape(HttpExchange exchange, Supplier<String> metrics) {
        if (!scrapes.tryAcquire()) {
            exchange.respond(503, BUSY, new byte[0]);
            return;
        }
        Threads.startVirtual(
                "admin /metrics",
                () -> {
                    try {
                        answer(exchange, METRICS, metrics.get());
                    } finally {
                        scrapes.release();
                    }
                });
    }

    private static void answer(HttpExchange exchange, List<String> headers, String body) {
        switch (exchange.method()) {
            case "GET" -> exchange.respond(200, headers, body.getBytes(StandardCharsets.UTF_8));
            case "HEAD" -> exchange.respond(200, headers, new byte[0]);
            default -> exchange.respond(405, ONLY_READS, new byte[0]);
        }
    }
}
