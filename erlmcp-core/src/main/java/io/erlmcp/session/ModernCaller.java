package io.erlmcp.session;

import io.erlmcp.dispatch.Caller;
import io.erlmcp.dispatch.Quota;
import io.erlmcp.feature.Peer;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.security.Principal;

import org.jspecify.annotations.Nullable;

/** The caller of one modern request: nothing is known but what the request itself says. */
record ModernCaller(Principal principal, Peer peer, @Nullable LogLevel logLevel, Quota quota)
        implements Caller {
    static ModernCaller of(RequestMeta meta, Revision revision, Principal principal, Quota quota) {
        ClientCapabilities declared = meta.clientCapabilities();
        Peer peer =
                new Peer(
                        revision,
                        declared == null ? ClientCapabilities.NONE : declared,
                        meta.clientInfo());
        return new ModernCaller(principal, peer, meta.logLevel(), quota);
    }
}
