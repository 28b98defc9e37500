package io.erlmcp.chaos;

import io.erlmcp.client.McpClient;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.transport.TransportException;
import java.util.concurrent.TimeUnit;

/**
 * What became of a call.
 *
 * @param code of the error; {@link #RIGHT} for a result, {@link #NONE} when there is no answer
 * @param text of the result, or what the error says
 * @param component that the error names; empty when it names none
 */
record Answer(int code, String text, String component, long millis) {
    static final int RIGHT = 0;
    static final int NONE = 1;
    static final int FAILED = 2;

    /** Calls and waits. */
    static Answer to(McpClient client, String tool, JsonObject arguments) {
        long began = System.nanoTime();
        try {
            CallToolResult result = client.call(tool, arguments);
            String text =
                    !result.content().isEmpty()
                                    && result.content().getFirst() instanceof TextContent it
                            ? it.text()
                            : "";
            return new Answer(result.isError() ? FAILED : RIGHT, text, "", since(began));
        } catch (McpException e) {
            String component =
                    e.data() instanceof JsonObject data ? data.string("component").orElse("") : "";
            return new Answer(e.code(), String.valueOf(e.getMessage()), component, since(began));
        } catch (TransportException e) {
            return refused(e, since(began));
        } catch (RuntimeException e) {
            return new Answer(NONE, e.toString(), "", since(began));
        }
    }

    /** With the error in the body of an HTTP answer, after which the client has given up. */
    private static Answer refused(TransportException e, long millis) {
        int code = NONE;
        String component = "";
        try {
            JsonObject error =
                    e.body()
                            .map(Json::parseObject)
                            .flatMap(it -> it.object("error"))
                            .orElse(JsonObject.EMPTY);
            component = error.object("data").flatMap(it -> it.string("component")).orElse("");
            code = error.integer("code").map(Long::intValue).orElse(NONE);
        } catch (JsonException noMessage) {
            code = NONE;
        }
        return new Answer(code, String.valueOf(e.getMessage()), component, millis);
    }

    private static long since(long began) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    }

    boolean isRight() {
        return code == RIGHT;
    }
}
