package io.erlmcp.conformance;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.feature.ToolHandler;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
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

/**
 * The tools that outside tests of a node rely on: they wait, count, flood, and fail as they are told.
 *
 * <p>tidy: sleep, because waiting is what one of them is for.
 */
final class ContractTools {
    private static final int MAX_UPSTREAM_BYTES = 1 << 20;

    private ContractTools() {}

    static List<Feature> all() {
        return List.of(
                tool(
                                "echo",
                                "Answers its text, on the thread that read the request",
                                TEXT,
                                ContractTools::echo)
                        .annotations(new ToolAnnotations(null, true, null, true, null))
                        .nonBlocking(),
                tool("echo_blocking", "Answers its text", TEXT, ContractTools::echo)
                        .annotations(new ToolAnnotations(null, true, null, true, null)),
                tool(
                        "sleep",
                        "Waits; can be cancelled",
                        SLEEP,
                        (arguments, call) -> {
                            long millis = arguments.object().requireInteger("ms");
                            Thread.sleep(millis);
                            return CallToolResult.text("slept " + millis);
                        }),
                tool(
                        "counter_add",
                        "Adds to a counter that outlives the call",
                        COUNTER,
                        (arguments, call) -> {
                            JsonObject given = arguments.object();
                            long step = given.integer("n").orElse(1L);
                            JsonValue sum =
                                    call.store()
                                            .update(
                                                    "counter/" + given.requireString("key"),
                                                    old ->
                                                            JsonNumber.of(
                                                                    Math.addExact(
                                                                            old
                                                                                            instanceof
                                                                                            JsonNumber
                                                                                                    n
                                                                                    ? n.longValue()
                                                                                    : 0,
                                                                            step)));
                            return CallToolResult.text(sum.toJson());
                        }),
                tool(
                        "emit",
                        "Sends notifications: progress where it is asked for, else log lines",
                        EMIT,
                        (arguments, call) -> emit(arguments.object(), call)),
                tool(
                        "big",
                        "Answers a long text",
                        BIG,
                        (arguments, call) ->
                                CallToolResult.text(
                                        "x"
                                                .repeat(
                                                        Math.toIntExact(
                                                                arguments
                                                                        .object()
                                                                        .requireInteger(
                                                                                "bytes"))))),
                tool(
                        "crash",
                        "Fails in the worst ways",
                        CRASH,
                        (arguments, call) -> {
                            Crash.now(arguments.object().requireString("kind"));
                            throw new IllegalStateException("a crash that came back");
                        }),
                tool(
                        "whoami",
                        "Names the caller",
                        Samples.NO_ARGUMENTS,
                        (arguments, call) -> CallToolResult.text(call.principal().name())),
                tool(
                        "upstream",
                        "Fetches a page",
                        URL,
                        (arguments, call) -> fetch(arguments.object().requireString("url"))));
    }

    private static final JsonObject TEXT = Samples.textField("text", "What to answer");
    private static final JsonObject URL = Samples.textField("url", "What to fetch");
    private static final JsonObject SLEEP =
            numbers("{\"ms\": {\"type\": \"integer\", \"minimum\": 0}}", "ms");
    private static final JsonObject BIG =
            numbers(
                    "{\"bytes\": {\"type\": \"integer\", \"minimum\": 0, \"maximum\": 67108864}}",
                    "bytes");
    private static final JsonObject COUNTER =
            numbers(
                    "{\"key\": {\"type\": \"string\"}, \"n\": {\"type\": \"integer\", \"default\":"
                            + " 1}}",
                    "key");
    private static final JsonObject EMIT =
            numbers(
                    "{\"n\": {\"type\": \"integer\", \"minimum\": 0}, \"bytes\": {\"type\":"
                            + " \"integer\", \"minimum\": 0, \"maximum\": 1048576}}",
                    "n");
    private static final JsonObject CRASH =
            numbers(
                    "{\"kind\": {\"type\": \"string\", \"enum\": [\"exception\", \"stack\","
                            + " \"loop\", \"oom\", \"deadlock\"]}}",
                    "kind");

    private static JsonObject numbers(String properties, String required) {
        return JsonObject.of(
                "type",
                "object",
                "properties",
                Json.parse(properties),
                "required",
                new String[] {required});
    }

    private static ToolSpec tool(
            String name, String description, JsonObject schema, ToolHandler handler) {
        return ToolSpec.of(name, handler).description(description).inputSchema(schema);
    }

    private static CallToolResult echo(io.erlmcp.json.JsonSlice arguments, CallContext call) {
        return CallToolResult.text(arguments.object().requireString("text"));
    }

    private static CallToolResult emit(JsonObject given, CallContext call) {
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

    private static CallToolResult fetch(String url) throws InterruptedException {
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(5)).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(URI.create(url)).timeout(Duration.ofSeconds(10)).build();
            HttpResponse<InputStream> response =
                    client.send(request, HttpResponse.BodyHandlers.ofInputStream());
            try (InputStream body = response.body()) {
                return CallToolResult.text(
                        "status "
                                + response.statusCode()
                                + ", "
                                + body.readNBytes(MAX_UPSTREAM_BYTES).length
                                + " bytes");
            }
        } catch (IllegalArgumentException | IOException e) {
            throw new ToolFailure("The page cannot be fetched: " + e.getClass().getSimpleName(), e);
        }
    }
}
