package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.net.URI;
import java.util.Locale;
import java.util.Map;

/** A transport with sockets. */
enum Way {
    HTTP("mcp"),
    WEBSOCKET("ws"),
    TCP("tcp");

    /** Lets a node serve TCP, on a free port. */
    static final Map<String, String> WITH_TCP =
            Map.of("ERLMCP_TCP_ENABLED", "true", "ERLMCP_TCP_PORT", "0");

    private final String key;

    Way(String key) {
        this.key = key;
    }

    URI of(NodeProcess node) {
        return node.url(key);
    }

    /** As figures name it. */
    String figure() {
        return name().toLowerCase(Locale.ROOT);
    }
}
