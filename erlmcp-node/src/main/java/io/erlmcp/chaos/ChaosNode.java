package io.erlmcp.chaos;

import io.erlmcp.client.McpClient;
import io.erlmcp.http.HttpClientConfig;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/** A node of an experiment, with what clients and operators do. Safe for several threads. */
final class ChaosNode implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String SESSION = "mcp-session-id";
    private static final String INITIALIZE =
            """
            {"jsonrpc":"2.0","id":1,"method":"initialize","params":{"protocolVersion":"2025-11-25",\
            "capabilities":{},"clientInfo":{"name":"chaos","version":"1"}}}\
            """;
    private static final String INITIALIZED =
            """
            {"jsonrpc":"2.0","method":"notifications/initialized"}\
            """;
    private static final String PING =
            """
            {"jsonrpc":"2.0","id":2,"method":"ping"}\
            """;

    private final NodeProcess process;
    private final HttpClient http = HttpClient.newBuilder().connectTimeout(PATIENCE).build();
    private final McpClient client;

    ChaosNode(NodeProcess process) {
        this.process = process;
        this.client = client(process.mcp());
    }

    private static McpClient client(URI url) {
        return McpClient.builder(new StreamableHttpClientTransport(HttpClientConfig.of(url)))
                .timeout(PATIENCE)
                .connect();
    }

    NodeProcess process() {
        return process;
    }

    // ---- as a client ----

    Answer call(String tool) {
        return call(tool, JsonObject.EMPTY);
    }

    Answer call(String tool, JsonObject arguments) {
        return Answer.to(client, tool, arguments);
    }

    /** Opens a session of the legacy era, which nobody uses or ends; its id. */
    String openSession() throws IOException, InterruptedException {
        HttpResponse<String> opened = post("", INITIALIZE);
        String id = opened.headers().firstValue(SESSION).orElse("");
        post(id, INITIALIZED);
        return id;
    }

    /** What a ping in a session is answered with, as an HTTP status: 404 when there is none. */
    int pingSession(String id) throws IOException, InterruptedException {
        return post(id, PING).statusCode();
    }

    private HttpResponse<String> post(String session, String message)
            throws IOException, InterruptedException {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(process.mcp())
                        .header("content-type", "application/json")
                        .header("accept", "application/json, text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofString(message));
        return ask(session.isEmpty() ? request : request.header(SESSION, session));
    }

    /** So many calls, each on a thread of its own. */
    List<Answer> atOnce(int calls, String tool, JsonObject arguments) throws InterruptedException {
        return begin(calls, tool, arguments).await();
    }

    Burst begin(int calls, String tool, JsonObject arguments) {
        return new Burst(calls, tool, arguments);
    }

    /**
     * Calls that are under way.
     *
     * <p>Process model: a virtual thread for each, joined by {@link #await}.
     */
    final class Burst {
        private final AtomicReferenceArray<@Nullable Answer> answers;
        private final List<Thread> threads = new ArrayList<>();

        private Burst(int calls, String tool, JsonObject arguments) {
            answers = new AtomicReferenceArray<>(calls);
            for (int i = 0; i < calls; i++) {
                int number = i;
                threads.add(
                        Threads.startVirtual(
                                tool + " " + i, () -> answers.set(number, call(tool, arguments))));
            }
        }

        List<Answer> await() throws InterruptedException {
            List<Answer> all = new ArrayList<>();
            for (int i = 0; i < threads.size(); i++) {
                threads.get(i).join();
                Answer answer = answers.get(i);
                all.add(answer == null ? new Answer(Answer.NONE, "no answer", "", 0) : answer);
            }
            return all;
        }
    }

    /** Another client. */
    McpClient another() {
        return client(process.mcp());
    }

    // ---- as an operator ----

    private HttpResponse<String> ask(HttpRequest.Builder request)
            throws IOException, InterruptedException {
        return http.send(
                request.timeout(PATIENCE).build(),
                HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
    }

    int status(URI base, String path) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(base.resolve(path)).GET()).statusCode();
    }

    String page(String path) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(process.admin().resolve(path)).GET()).body();
    }

    int ready() throws IOException, InterruptedException {
        return status(process.admin(), "/ready");
    }

    /** What an operator does to a component; the HTTP status. */
    int andon(String action, JsonObject body) throws IOException, InterruptedException {
        return ask(HttpRequest.newBuilder(process.admin().resolve("/andon/" + action))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toJson())))
                .statusCode();
    }

    boolean isHalted(String component) throws IOException, InterruptedException {
        return !Json.parseObject(page("/andon?component=" + component))
                .requireString("state")
                .equals("normal");
    }

    /**
     * The sum of a metric over its labels; 0 when there is none.
     *
     * @param label what must stand among them, such as {@code component="listeners/http"}; empty
     *     for all
     */
    double metric(String name, String label) throws IOException, InterruptedException {
        double sum = 0;
        for (String line : page("/metrics").split("\n")) {
            int end = line.indexOf('{') < 0 ? line.indexOf(' ') : line.indexOf('{');
            if (end > 0 && line.substring(0, end).equals(name) && line.contains(label)) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return sum;
    }

    /** What the node says of an upstream server; nothing while it does not answer. */
    JsonObject upstream(String name) throws InterruptedException {
        try {
            JsonArray all =
                    Json.parseObject(page("/upstreams")).array("upstreams").orElse(JsonArray.EMPTY);
            for (JsonValue it : all) {
                if (it instanceof JsonObject object
                        && object.requireString("component").equals("upstreams/" + name)) {
                    return object;
                }
            }
            return JsonObject.EMPTY;
        } catch (IOException | JsonException busy) {
            return JsonObject.EMPTY;
        }
    }

    /** What the node knows of failures of an upstream server; nothing where it did not fail. */
    JsonObject recovery(String name) throws IOException, InterruptedException {
        return Json.parseObject(page("/recovery?component=upstreams/" + name));
    }

    boolean isUp(String name) throws InterruptedException {
        return upstream(name).string("state").orElse("").equals("up");
    }

    /** The process of an upstream server, as the node knows it. */
    long pid(String name) throws InterruptedException {
        return upstream(name)
                .integer("pid")
                .orElseThrow(() -> new IllegalStateException(name + " has no process"));
    }

    String breaker(String name) throws InterruptedException {
        return upstream(name).string("breaker").orElse("");
    }

    /** Ends the node at once; a client of it may still wait for its answer then. */
    @Override
    public void close() {
        process.kill();
        http.shutdownNow();
    }
}
