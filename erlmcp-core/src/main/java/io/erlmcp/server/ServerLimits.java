package io.erlmcp.server;

import io.erlmcp.dispatch.CallLimits;
import io.erlmcp.feature.CatalogConfig;
import io.erlmcp.session.SessionLimits;
import java.time.Duration;

/**
 * Everything that bounds a server.
 *
 * @param calls bounds on calls
 * @param sessions bounds on sessions, streams and messages
 * @param catalogs bounds on what the server offers, and on pages of lists
 * @param stateLifetime how long a client may take to answer a question of the modern era
 */
public record ServerLimits(
        CallLimits calls, SessionLimits sessions, CatalogConfig catalogs, Duration stateLifetime) {
    public static final ServerLimits DEFAULTS =
            new ServerLimits(
                    CallLimits.DEFAULTS,
                    SessionLimits.DEFAULTS,
                    CatalogConfig.DEFAULTS,
                    Duration.ofMinutes(10));

    public ServerLimits {
        if (!stateLifetime.isPositive()) {
            throw new IllegalArgumentException(
                    "stateLifetime is " + stateLifetime + ", must be positive");
        }
    }
}
