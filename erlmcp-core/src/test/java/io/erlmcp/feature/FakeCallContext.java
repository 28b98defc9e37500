package io.erlmcp.feature;

import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.Root;
import io.erlmcp.security.Principal;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A call by nobody in particular, who answers no question. */
record FakeCallContext(Principal principal, KeyValueStore store) implements CallContext {
    FakeCallContext() {
        this(Principal.ANONYMOUS, new MemoryKeyValueStore());
    }

    @Override
    public void progress(double progress, @Nullable Double total, @Nullable String message) {}

    @Override
    public void log(LogLevel level, @Nullable String logger, JsonValue data) {}

    @Override
    public boolean isCancelled() {
        return false;
    }

    @Override
    public Optional<Duration> timeLeft() {
        return Optional.empty();
    }

    @Override
    public Peer peer() {
        return new Peer(Revision.LATEST, ClientCapabilities.NONE, null);
    }

    @Override
    public RequestMeta meta() {
        return RequestMeta.NONE;
    }

    @Override
    public Map<String, InputResponse> ask(Map<String, InputRequest> questions) {
        throw new UnsupportedOperationException("ask");
    }

    @Override
    public ElicitResult elicit(String key, String message, JsonObject schema) {
        throw new UnsupportedOperationException("elicit");
    }

    @Override
    public ElicitResult elicitUrl(String key, String message, String url) {
        throw new UnsupportedOperationException("elicitUrl");
    }

    @Override
    public CreateMessageResult sample(String key, CreateMessage request) {
        throw new UnsupportedOperationException("sample");
    }

    @Override
    public List<Root> roots(String key) {
        throw new UnsupportedOperationException("roots");
    }

    @Override
    public <T> T once(String key, Class<T> type, Supplier<T> work) {
        return work.get();
    }
}
