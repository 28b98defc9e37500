package io.erlmcp.client;

import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.LogLevel;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * From which level on the server sends log messages: said once in each session of the legacy era,
 * with each call in the modern one.
 *
 * <p>Process model: no thread but {@link Renewal}'s, while a fresh session was not told.
 */
final class SessionLog implements Renewal.Wishes<LogLevel> {
    private final Conversation conversation;
    private final Renewal<LogLevel> renewal = new Renewal<>("log level again", this);
    private volatile @Nullable LogLevel level;

    SessionLog(Conversation conversation) {
        this.conversation = conversation;
    }

    void from(LogLevel lowest) {
        level = lowest;
        conversation.logLevel(lowest);
        if (!conversation.server().isModern()) {
            ask(lowest);
        }
    }

    /** A fresh session was told nothing. */
    void renew() {
        LogLevel lowest = level;
        if (lowest != null) {
            renewal.begin(List.of(lowest));
        }
    }

    @Override
    public void ask(LogLevel lowest) {
        conversation.run(new ClientRequest.SetLevel(lowest), CallOptions.NONE);
    }

    @Override
    public boolean isWanted(LogLevel lowest) {
        return lowest == level;
    }

    @Override
    public void failed(LogLevel lowest, String reason, boolean isGivenUp) {
        conversation
                .config()
                .observer()
                .on(new ClientEvent.ListenerFailed("log level of a renewed session", reason));
    }

    void close() {
        renewal.close();
    }
}
