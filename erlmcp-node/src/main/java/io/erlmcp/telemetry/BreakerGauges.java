package io.erlmcp.telemetry;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/** How the circuit breakers are: one gauge for each that was ever heard of, up to a bound. */
final class BreakerGauges {
    private static final int MAX_BREAKERS = 1_000;

    private final Map<String, AtomicInteger> states = new ConcurrentHashMap<>();
    private final MeterRegistry registry;

    BreakerGauges(MeterRegistry registry) {
        this.registry = registry;
    }

    /**
     * @param word as the breaker's state says it
     */
    void show(String component, String word) {
        AtomicInteger known = states.get(component);
        if (known == null && states.size() < MAX_BREAKERS) {
            known = states.computeIfAbsent(component, this::gauge);
        }
        if (known != null) {
            known.set(value(word));
        }
    }

    private static int value(String word) {
        return switch (word) {
            case "open" -> 2;
            case "half-open" -> 1;
            default -> 0;
        };
    }

    private AtomicInteger gauge(String component) {
        AtomicInteger state = new AtomicInteger();
        Gauge.builder(UpstreamMetricNames.BREAKER_STATE.name(), state, AtomicInteger::get)
                .description(UpstreamMetricNames.BREAKER_STATE.description())
                .tags("component", component)
                .strongReference(true)
                .register(registry);
        return state;
    }
}
