package io.erlmcp.store;

import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Events to append, and how tests look at them. */
final class Events {
    private Events() {}

    static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    static EventLog.Work work(String lastWords) {
        return new EventLog.Work(bytes("a request that ends with " + lastWords), bytes(lastWords));
    }

    static List<String> after(EventLog log, EventId id) {
        return log.after(id).orElseThrow().stream()
                .map(entry -> new String(entry.data(), StandardCharsets.UTF_8))
                .toList();
    }
}
