package io.erlmcp.store;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.Revision;
import io.erlmcp.security.Principal;
import io.erlmcp.session.SessionRecord;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Sessions to store. */
final class Records {
    private Records() {}

    static SessionRecord session(String id, String principal, long createdMillis) {
        return session(id, 1, principal, createdMillis);
    }

    static SessionRecord session(String id, long version, String principal, long createdMillis) {
        return new SessionRecord(
                id,
                version,
                new Principal(principal, Set.of()),
                Revision.LATEST_LEGACY,
                ClientCapabilities.NONE,
                null,
                LogLevel.INFO,
                Set.of(),
                Map.of(),
                false,
                Instant.ofEpochMilli(createdMillis),
                Instant.ofEpochMilli(createdMillis));
    }

    /** With something in every field. */
    static SessionRecord full(String id) {
        JsonObject raw = Json.parseObject("{\"roots\":{\"listChanged\":true},\"x\":[1,\"ä\"]}");
        return new SessionRecord(
                id,
                7,
                new Principal("ann ü", Set.of("read", "write")),
                Revision.R2025_03_26,
                new ClientCapabilities(true, true, true, true, true, true, true, raw, raw),
                new Implementation(
                        "client",
                        "Title",
                        "1.0",
                        "what it is",
                        "https://example.org",
                        List.of(
                                new Icon(
                                        "https://example.org/i.png",
                                        "image/png",
                                        List.of("48x48", "any"),
                                        "dark"))),
                LogLevel.CRITICAL,
                Set.of("test://one", "test://two"),
                Map.of("tenant", "blue ü", "empty", ""),
                true,
                Instant.parse("2026-07-28T10:00:00.123456789Z"),
                Instant.parse("1969-07-28T10:00:01Z"));
    }
}
