package io.erlmcp.session;

import io.erlmcp.dispatch.Quota;
import io.erlmcp.security.Principal;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Quotas of callers without a session: by principal, or by address where nobody is authenticated.
 * Bounded.
 */
final class CallerQuotas {
    private static final int MAX_CALLERS = 10_000;

    private final int maxRunning;
    private final ConcurrentHashMap<String, Quota> quotas = new ConcurrentHashMap<>();

    CallerQuotas(int maxRunning) {
        this.maxRunning = maxRunning;
    }

    Quota of(Principal principal, @Nullable String address) {
        boolean known = !principal.equals(Principal.ANONYMOUS);
        String key = known ? "p " + principal.name() : "a " + address;
        Quota quota = quotas.get(key);
        if (quota != null) {
            return quota;
        }
        if (quotas.size() >= MAX_CALLERS) {
            quotas.values().removeIf(it -> it.used() == 0);
        }
        return quotas.computeIfAbsent(key, it -> new Quota(maxRunning));
    }
}
