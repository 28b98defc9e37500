package io.erlmcp.dispatch;

import io.erlmcp.feature.CallContext;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.ListRootsResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Root;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;

/** Single questions, as what they are: one of several. */
abstract class AskingContext implements CallContext {
    private <T extends InputResponse> T ask(String key, InputRequest question, Class<T> type) {
        InputResponse answer = ask(Map.of(key, question)).get(key);
        return type.cast(Objects.requireNonNull(answer));
    }

    static McpException interrupted() {
        Thread.currentThread().interrupt();
        return new McpException(
                ErrorCode.INTERRUPTED, "The call was interrupted while it waited for an answer");
    }

    @Override
    public final ElicitResult elicit(String key, String message, JsonObject schema) {
        return ask(key, new ElicitForm(message, schema), ElicitResult.class);
    }

    @Override
    public final ElicitResult elicitUrl(String key, String message, String url) {
        return ask(
                key, new ElicitUrl(message, url, UUID.randomUUID().toString()), ElicitResult.class);
    }

    @Override
    public final CreateMessageResult sample(String key, CreateMessage request) {
        return ask(key, request, CreateMessageResult.class);
    }

    @Override
    public final List<Root> roots(String key) {
        return ask(key, new ListRoots(), ListRootsResult.class).roots();
    }
}
