package io.erlmcp.dispatch;

import io.erlmcp.feature.SessionMetadata;
import java.util.Map;

/** Metadata for tools that must not wait, so must not change it. */
record FixedMetadata(SessionMetadata metadata) implements SessionMetadata {
    @Override
    public Map<String, String> all() {
        return metadata.all();
    }

    @Override
    public void put(String name, String value) {
        throw refusal(name);
    }

    @Override
    public void remove(String name) {
        throw refusal(name);
    }

    private static IllegalStateException refusal(String name) {
        return new IllegalStateException(
                "metadata "
                        + name
                        + ": a tool declared non-blocking cannot change it, because that may wait"
                        + " for a store");
    }
}
