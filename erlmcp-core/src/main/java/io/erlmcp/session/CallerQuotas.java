package io.erlmcp.session;

import io.erlmcp.dispatch.Quota;
import io.erlmcp.dispatch.Quotas;
import io.erlmcp.security.Principal;
import org.jspecify.annotations.Nullable;

/**
 * Quotas of callers without a session: by principal, or by address where nobody is authenticated.
 */
final class CallerQuotas {
    private final Quotas quotas;

    /** A principal's name, or an address. */
    private record Key(boolean isPrincipal, String text) {}

    CallerQuotas(int maxRunning) {
        this.quotas = new Quotas(maxRunning);
    }

    Quota of(Principal principal, @Nullable String address) {
        boolean known = !principal.equals(Principal.ANONYMOUS);
        return quotas.of(new Key(known, known ? principal.name() : String.valueOf(address)));
    }
}
