package io.erlmcp.session;

import io.erlmcp.feature.SessionMetadata;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;

/** The metadata in a session's record, as user code sees and changes it. */
record MetadataOfSession(LegacySession session, SessionTerms terms) implements SessionMetadata {
    @Override
    public Map<String, String> all() {
        return session.record().metadata();
    }

    @Override
    public void put(String name, String value) {
        if (!value.equals(all().get(name))) {
            change(texts -> texts.put(name, value));
        }
    }

    @Override
    public void remove(String name) {
        if (all().containsKey(name)) {
            change(texts -> texts.remove(name));
        }
    }

    private void change(Consumer<Map<String, String>> change) {
        if (!session.isClosed()) {
            terms.changes().change(session, record -> changed(record, change));
        }
        if (session.isClosed()) {
            throw new McpException(ErrorCode.INVALID_REQUEST, "The session has ended");
        }
    }

    private SessionRecord changed(SessionRecord record, Consumer<Map<String, String>> change) {
        Map<String, String> texts = new HashMap<>(record.metadata());
        change.accept(texts);
        if (texts.size() >= record.metadata().size()) {
            check(texts);
        }
        return record.withMetadata(texts, terms.time().now());
    }

    private void check(Map<String, String> texts) {
        int maxEntries = terms.limits().kept().maxMetadataEntries();
        if (texts.size() > maxEntries) {
            throw new IllegalArgumentException(
                    "metadata of a session has at most " + maxEntries + " entries");
        }
        int maxBytes = terms.limits().kept().maxMetadataBytes();
        long bytes =
                texts.entrySet().stream()
                        .mapToLong(it -> bytes(it.getKey()) + bytes(it.getValue()))
                        .sum();
        if (bytes > maxBytes) {
            throw new IllegalArgumentException(
                    "metadata of a session has at most "
                            + maxBytes
                            + " bytes with its names, and would have "
                            + bytes);
        }
    }

    private static long bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8).length;
    }
}
