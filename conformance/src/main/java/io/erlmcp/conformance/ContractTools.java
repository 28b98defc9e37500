package io.erlmcp.conformance;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.SessionMetadata;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.feature.ToolHandler;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.ToolAnnotations;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The tools that outside tests of a node rely on: they wait, count, flood, and fail as they are
 * told.
 *
 * <p>tidy: sleep, because waiting is what one of them is for.
 */
final class ContractTools {
    private static final int MAX_UPSTREAM_BYTES = 1 << 20;
    private static final ToolAnnotations READ_ONLY =
            new ToolAnnotations(null, true, null, true, null);

    private static final JsonObject TEXT = Samples.textField("text", "What to answer");
    private static final JsonObject URL = Samples.textField("url", "What to fetch");
    private static final JsonObject SLEEP =
            Json.parseObject(
                    """
                    {"type": "object", "properties": {"ms": {"type": "integer", "minimum": 0}}, "required": ["ms"]}
                    """);
    private static final JsonObject BIG =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {"bytes": {"type": "integer", "minimum": 0, "maximum": 67108864}},
                      "required": ["bytes"]
                    }
                    """);
    private static final JsonObject COUNTER =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {"key": {"type": "string"}, "n": {"type": "integer", "default": 1}},
                      "required": ["key"]
                    }
                    """);
    private static final JsonObject NOTE =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {"name": {"type": "string"}, "value": {"type": "string"}}
                    }
                    """);
    private static final JsonObject EMIT =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "n": {"type": "integer", "minimum": 0},
                        "bytes": {"type": "integer", "minimum": 0, "maximum": 1048576}
                      },
                      "required": ["n"]
                    }
                    """);
    private static final JsonObject CRASH =
            Json.parseObject(
                    """
                    {
                      "type": "object",
                      "properties": {
                        "kind": {"type": "string", "enum": ["exception", "stack", "loop", "oom", "deadlock"]}
                      },
                      "required": ["kind"]
                    }
                    """);

    private ContractTools() {}

    static List<Feature> all() {
        return List.of(
                tool(
                                "echo",
                                "Answers its text, on the thread that read it",
                                TEXT,
                                ContractTools::echo)
                        .annotations(READ_ONLY)
                        .nonBlocking(),
                tool("echo_blocking", "Answers its text", TEXT, ContractTools::echo)
                        .annotations(READ_ONLY),
                tool("sleep", "Waits; can be cancelled", SLEEP, ContractTools::sleep),
                tool(
                        "counter_add",
                        "Adds to a counter that outlives the call",
                        COUNTER,
                        ContractTools::count),
                tool(
                        "session_note",
                        "Keeps a text with the session, and answers all that it keeps",
                        NOTE,
                        ContractTools::note),
                tool(
                        "emit",
                        "Sends progress where it is asked for, else log lines",
                        EMIT,
                        ContractTools::emit),
                tool("big", "Answers a long text", BIG, ContractTools::big),
                tool("hold", "Keeps so much memory", HeldMemory.SCHEMA, HeldMemory::hold),
                tool("record", "Writes down that it ran", TEXT, ExecutionRecord::add),
                tool("keep", "Keeps it for ever", KeptThings.SCHEMA, KeptThings::keep),
                tool("crash", "Fails in the worst ways", CRASH, ContractTools::crash),
                tool("whoami", "Names the caller", Samples.NO_ARGUMENTS, ContractTools::name),
                tool("upstream", "Fetches a page", URL, ContractTools::fetch));
    }

    private static ToolSpec tool(
            String name, String description, JsonObject schema, ToolHandler handler) {
        return ToolSpec.of(name, handler).description(description).inputSchema(schema);
    }

    private static CallToolResult echo(JsonSlice arguments, CallContext call) {
        return CallToolResult.text(arguments.object().requireString("text"));
    }

    private static CallToolResult sleep(JsonSlice arguments, CallContext call)
            throws InterruptedException {
        long millis = arguments.object().requireInteger("ms");
        Thread.sleep(millis);
        return CallToolResult.text("slept " + millis);
    }

    private static CallToolResult count(JsonSlice arguments, CallContext call) {
        JsonObject given = arguments.object();
        long step = given.integer("n").orElse(1L);
        String key = "counter/" + given.requireString("key");
        JsonValue sum = call.store().update(key, old -> plus(old, step));
        return CallToolResult.text(sum.toJson());
    }

    private static JsonValue plus(@Nullable JsonValue old, long step) {
        long before = old instanceof JsonNumber number ? number.longValue() : 0;
        return JsonNumber.of(Math.addExact(before, step));
    }

    private static CallToolResult note(JsonSlice arguments, CallContext call) {
        JsonObject given = arguments.object();
        SessionMetadata metadata =
                call.sessionMetadata()
                        .orElseThrow(() -> new ToolFailure("This call belongs to no session"));
        given.string("name")
                .ifPresent(name -> metadata.put(name, given.string("value").orElse("")));
        JsonObject.Builder all = JsonObject.builder();
        metadata.all().forEach(all::put);
        return CallToolResult.text(all.build().toJson());
    }

    private static CallToolResult emit(JsonSlice arguments, CallContext call) {
        JsonObject given = arguments.object();
        long count = given.requireInteger("n");
        String filling = "x".repeat(Math.toIntExact(given.integer("bytes").orElse(0L)));
        boolean isProgress = call.meta().progressToken() != null;
        for (long i = 1; i <= count && !call.isCancelled(); i++) {
            if (isProgress) {
                call.progress((double) i, (double) count, filling);
            } else {
                call.log(LogLevel.INFO, filling);
            }
        }
        return CallToolResult.text("emitted " + count);
    }

    private static CallToolResult big(JsonSlice arguments, CallContext call) {
        int bytes = Math.toIntExact(arguments.object().requireInteger("bytes"));
        return CallToolResult.text("x".repeat(bytes));
    }

    private static CallToolResult crash(JsonSlice arguments, CallContext call) {
        Crash.now(arguments.object().requireString("kind"));
        throw new IllegalStateException("a crash that came back");
    }

    private static CallToolResult name(JsonSlice arguments, CallContext call) {
        return CallToolResult.text(call.principal().name());
    }

    private static CallToolResult fetch(JsonSlice arguments, CallContext call)
            throws InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            URI page = URI.create(arguments.object().requireString("url"));
            HttpRequest request =
                    HttpRequest.newBuilder(page).timeout(Duration.ofSeconds(10)).build();
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                int read = body.readNBytes(MAX_UPSTREAM_BYTES).length;
                return CallToolResult.text(
                        "status " + response.statusCode() + ", " + read + " bytes");
            }
        } catch (IllegalArgumentException | IOException e) {
            throw new ToolFailure("The page cannot be fetched: " + e.getClass().getSimpleName(), e);
        }
    }
}
