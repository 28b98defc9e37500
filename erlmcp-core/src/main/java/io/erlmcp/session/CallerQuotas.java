package io.erlmcp.session;

import io.erlmcp.dispatch.Quota;
import io.erlmcp.security.Principal;

import org.jspecify.annotations.Nullable;

import java.util.concurrent.ConcurrentHashMap;

/**
 * Quotas of callers without a session: by principal, or by address where nobody is authenticated.
 * Bounded.
 */
final class CallerQuotas {
    private static final int MAX_CALLERS = 10_000;

    private final int maxRunning;
    private final ConcurrentHashMap<Key, Quota> quotas = new ConcurrentHashMap<>();

    /** A principal's name, or an address. */
    private record Key(boolean isPrincipal, String text) {}

    CallerQuotas(int maxRunning) {
        this.maxRunning = maxRunning;
    }

    Quota of(Principal principal, @Nullable String address) {
        boolean known = !principal.equals(Principal.ANONYMOUS);
        Key key = new Key(known, known ? principal.name() : String.valueOf(address));
        Quota quota = quotas.get(key);
        if (quota != null) {
            return quota;
        }
        if (quotas.size() >= MAX_CALLERS) {
            quotas.values().removeIf(Quota::isIdle);
        }
        return quotas.computeIfAbsent(key, it -> new Quota(maxRunning));
    }
}
