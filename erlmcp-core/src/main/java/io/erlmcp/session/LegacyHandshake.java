package io.erlmcp.session;

import io.erlmcp.dispatch.Caller;
import io.erlmcp.dispatch.Quota;
import io.erlmcp.feature.Peer;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.InitializeResult;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.Revision;
import io.erlmcp.security.Principal;

import org.jspecify.annotations.Nullable;

import java.util.function.Consumer;
import java.util.function.Function;

/** The caller of an {@code initialize} request: becomes a session when the request is answered. */
final class LegacyHandshake implements Caller {
    private final Principal principal;
    private final Quota quota;
    private final Function<ClientRequest.Initialize, LegacySession> opening;
    private final Consumer<LegacySession> opened;

    /**
     * @param opening makes a session and keeps it
     * @param opened hears of the session before the answer is written
     */
    LegacyHandshake(
            Principal principal,
            Quota quota,
            Function<ClientRequest.Initialize, LegacySession> opening,
            Consumer<LegacySession> opened) {
        this.principal = principal;
        this.quota = quota;
        this.opening = opening;
        this.opened = opened;
    }

    /**
     * The revision for a client that wants {@code requested}: that one if it is ours, else our
     * newest with a handshake.
     */
    static Revision negotiate(String requested) {
        return Revision.of(requested)
                .filter(it -> it.era() == Era.LEGACY)
                .orElse(Revision.LATEST_LEGACY);
    }

    InitializeResult initialize(ClientRequest.Initialize request, SessionMethods.About about) {
        LegacySession session = opening.apply(request);
        opened.accept(session);
        return new InitializeResult(
                session.record().revision(),
                about.capabilities().get(),
                about.serverInfo(),
                about.instructions());
    }

    @Override
    public Principal principal() {
        return principal;
    }

    @Override
    public Peer peer() {
        return new Peer(Revision.LATEST_LEGACY, ClientCapabilities.NONE, null);
    }

    @Override
    public @Nullable LogLevel logLevel() {
        return null;
    }

    @Override
    public Quota quota() {
        return quota;
    }
}
