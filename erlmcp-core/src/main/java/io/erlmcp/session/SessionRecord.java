package io.erlmcp.session;

import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.Revision;
import io.erlmcp.security.Principal;
import java.time.Instant;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What a session is, without what is live in it. {@code version} grows with every stored change.
 *
 * @param principal who may use it, with the scopes that were granted when it was opened
 * @param metadata what server code keeps with the session, by name, in the order of the names
 * @param initialized true once the client sent {@code notifications/initialized}
 */
public record SessionRecord(
        String id,
        long version,
        Principal principal,
        Revision revision,
        ClientCapabilities capabilities,
        @Nullable Implementation clientInfo,
        LogLevel logLevel,
        Set<String> subscriptions,
        Map<String, String> metadata,
        boolean initialized,
        Instant created,
        Instant updated) {
    public SessionRecord {
        subscriptions =
                subscriptions.isEmpty()
                        ? Set.of()
                        : Collections.unmodifiableSet(new LinkedHashSet<>(subscriptions));
        metadata =
                metadata.isEmpty()
                        ? Map.of()
                        : Collections.unmodifiableMap(new TreeMap<>(metadata));
    }

    /** Without the id, which is a secret, and without what the client said of itself. */
    @Override
    public String toString() {
        return "SessionRecord[" + revision.text() + ", version " + version + ']';
    }

    SessionRecord withLogLevel(LogLevel level, Instant now) {
        return new SessionRecord(
                id,
                version + 1,
                principal,
                revision,
                capabilities,
                clientInfo,
                level,
                subscriptions,
                metadata,
                initialized,
                created,
                now);
    }

    SessionRecord withSubscriptions(Set<String> uris, Instant now) {
        return new SessionRecord(
                id,
                version + 1,
                principal,
                revision,
                capabilities,
                clientInfo,
                logLevel,
                uris,
                metadata,
                initialized,
                created,
                now);
    }

    SessionRecord withMetadata(Map<String, String> texts, Instant now) {
        return new SessionRecord(
                id,
                version + 1,
                principal,
                revision,
                capabilities,
                clientInfo,
                logLevel,
                subscriptions,
                texts,
                initialized,
                created,
                now);
    }

    /**
     * Keeps the version: a handshake's end is worth no write of its own, and goes with the next.
     */
    SessionRecord asInitialized(Instant now) {
        return new SessionRecord(
                id,
                version,
                principal,
                revision,
                capabilities,
                clientInfo,
                logLevel,
                subscriptions,
                metadata,
                true,
                created,
                now);
    }
}
