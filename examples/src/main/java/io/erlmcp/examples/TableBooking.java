package io.erlmcp.examples;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Tool;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.server.McpServer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A tool that asks the user, written once for both eras: a live request to a client with a session,
 * or an answer that says what is missing, after which this method runs again from the start. What
 * must not happen twice stands in {@code once}.
 */
public final class TableBooking {
    private static final JsonObject HOW_MANY =
            Json.parseObject(
                    """
                    {"type": "object", "required": ["guests"], "properties":
                        {"guests": {"type": "integer", "minimum": 1, "maximum": 12}}}\
                    """);

    private static final JsonObject CONFIRMATION =
            Json.parseObject(
                    """
                    {"type": "object", "required": ["sure"], "properties":
                        {"sure": {"type": "boolean", "title": "Book it?"}}}\
                    """);

    private final AtomicInteger lastHold = new AtomicInteger();

    public static McpServer build() {
        return McpServer.builder("tables", "1.0").annotated(new TableBooking()).build();
    }

    @Tool(description = "Books a table")
    public String book(String day, CallContext call) {
        int hold = call.once("hold", Integer.class, lastHold::incrementAndGet);
        JsonObject party =
                accepted(call.elicit("guests", "How many guests on " + day + "?", HOW_MANY));
        long guests = party.requireInteger("guests");
        JsonObject answer =
                accepted(call.elicit("sure", "A table for " + guests + "?", CONFIRMATION));
        return answer.requireBool("sure")
                ? "Table %d, %s, %d guests".formatted(hold, day, guests)
                : "Nothing was booked";
    }

    private static JsonObject accepted(ElicitResult answer) {
        if (!answer.isAccepted()) {
            throw new ToolFailure("The user did not answer");
        }
        return answer.content();
    }
}
