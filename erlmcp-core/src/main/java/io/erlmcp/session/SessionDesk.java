package io.erlmcp.session;

import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.Revision;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The sessions over HTTP as operators see them: by a handle that tells them apart and opens
 * nothing, because the id is a secret. Reads the store; callers are on threads that may wait.
 */
public final class SessionDesk {
    private static final int PAGE = 1_000;
    private static final int HANDLE_BYTES = 6;

    private final ServerEndpoint endpoint;

    SessionDesk(ServerEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /**
     * One session.
     *
     * @param handle the first twelve hexadecimal digits of the id's SHA-256
     * @param client what the client called itself
     * @param metadata what server code keeps with it
     * @param isLive false for one that is in the store only, because its client has not come back
     *     since this process started
     * @param isBusy true while a call, a question, a task or a stream is open
     */
    public record Summary(
            String handle,
            String principal,
            Revision revision,
            @Nullable String client,
            Instant created,
            Instant updated,
            int subscriptions,
            Map<String, String> metadata,
            boolean isLive,
            boolean isBusy) {}

    /** The handle of a session id. */
    public static String handle(String id) {
        return digest(id).substring(0, 2 * HANDLE_BYTES);
    }

    /** The SHA-256 of a session id. */
    static String digest(String id) {
        try {
            byte[] hash =
                    MessageDigest.getInstance("SHA-256")
                            .digest(id.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(hash);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }

    /** How many sessions there are. */
    public int size() {
        return endpoint.setup().store().size();
    }

    /** Sessions in the order in which they were opened, each of them once. */
    public List<Summary> list(int limit) {
        List<Summary> found = new ArrayList<>();
        each(
                id -> {
                    summary(id).ifPresent(found::add);
                    return found.size() < limit;
                });
        return found;
    }

    /** The session of that handle. */
    public Optional<Summary> find(String handle) {
        return idOf(handle).flatMap(this::summary);
    }

    /** Ends the session of that handle; false when there is none. */
    public boolean drop(String handle) {
        String id = idOf(handle).orElse(null);
        if (id == null) {
            return false;
        }
        LegacySession live = endpoint.sessions().live(id);
        if (live == null) {
            return endpoint.sessions().forget(id);
        }
        endpoint.close(live, "dropped by an operator");
        return true;
    }

    private Optional<String> idOf(String handle) {
        String[] found = new String[1];
        each(
                id -> {
                    found[0] = handle(id).equals(handle) ? id : null;
                    return found[0] == null;
                });
        return Optional.ofNullable(found[0]);
    }

    private void each(Predicate<String> visitor) {
        List<SessionStore.Place> page = endpoint.setup().store().listByAge(null, PAGE);
        while (!page.isEmpty()) {
            for (SessionStore.Place place : page) {
                if (!visitor.test(place.id())) {
                    return;
                }
            }
            page = endpoint.setup().store().listByAge(page.getLast(), PAGE);
        }
    }

    private Optional<Summary> summary(String id) {
        LegacySession live = endpoint.sessions().live(id);
        return endpoint.sessions()
                .record(id)
                .map(
                        record ->
                                new Summary(
                                        handle(id),
                                        record.principal().name(),
                                        record.revision(),
                                        client(record.clientInfo()),
                                        record.created(),
                                        record.updated(),
                                        record.subscriptions().size(),
                                        record.metadata(),
                                        live != null,
                                        live != null && live.isBusy()));
    }

    private static @Nullable String client(@Nullable Implementation info) {
        return info == null ? null : info.name() + ' ' + info.version();
    }
}
