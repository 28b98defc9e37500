package io.erlmcp.client;

import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import java.util.Optional;

/** Asks the client's model for a message. Runs on a virtual thread and may block. */
@FunctionalInterface
public interface SampleHandler {
    /** The model's message, or empty when the user rejects the request. */
    Optional<CreateMessageResult> sample(CreateMessage request) throws Exception;
}
