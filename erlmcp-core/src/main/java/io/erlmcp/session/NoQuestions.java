package io.erlmcp.session;

import io.erlmcp.dispatch.Questions;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;

import java.util.Map;
import java.util.function.Supplier;

/** For the handshake, in which nobody can be asked. */
enum NoQuestions implements Questions {
    INSTANCE;

    @Override
    public Map<String, InputResponse> ask(Map<String, InputRequest> questions) {
        throw new IllegalStateException("nobody can be asked before the handshake is done");
    }

    @Override
    public <T> T once(String key, Class<T> type, Supplier<T> work) {
        return work.get();
    }
}
