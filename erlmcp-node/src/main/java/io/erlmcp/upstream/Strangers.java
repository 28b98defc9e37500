package io.erlmcp.upstream;

import io.erlmcp.client.ClientBuilder;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import java.util.List;

/**
 * Answers questions of a server that belong to no call: there is nobody to ask. What a call asks
 * goes to its caller, see {@link Relay}.
 */
final class Strangers {
    private final ComponentId component;
    private final boolean questions;
    private final Observer observer;

    Strangers(ComponentId component, boolean questions, Observer observer) {
        this.component = component;
        this.questions = questions;
        this.observer = observer;
    }

    /** Declares everything that a caller may be able to answer. */
    ClientBuilder declare(ClientBuilder client) {
        if (!questions) {
            return client;
        }
        return client.onElicit(
                        form -> {
                            throw refused("elicitation");
                        })
                .onElicitUrl(
                        page -> {
                            throw refused("elicitation");
                        })
                .onSampleWithTools(
                        message -> {
                            throw refused("sampling");
                        })
                .roots(() -> List.of());
    }

    private McpException refused(String kind) {
        observer.on(new UpstreamEvent.QuestionRefused(component, kind));
        return new McpException(
                ErrorCode.INVALID_REQUEST,
                kind + ": nobody knows for whom this is; ask while a single call is under way");
    }
}
