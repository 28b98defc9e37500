package io.erlmcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Revision;
import io.erlmcp.server.McpServer;
import io.erlmcp.testkit.Transcript;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Posts exactly what a test says to a server over HTTP, and writes down both sides. */
final class RawConversation implements AutoCloseable {
    private static final String PREFIX = "io.modelcontextprotocol/";

    private final Transcript transcript = new Transcript();
    private final McpServer server;
    private final HttpServer http;
    private final HttpClient client = HttpClient.newHttpClient();
    private final List<String> session = new ArrayList<>();

    RawConversation(McpServer server) {
        this.server = server;
        this.http =
                HttpServer.start(
                        HttpServerConfig.defaults().withPort(0),
                        List.of(new HttpRoute("/mcp", server.endpoint()::handle)));
    }

    Transcript transcript() {
        return transcript;
    }

    static JsonObject request(Object id, String method, JsonObject params) {
        return JsonObject.of("jsonrpc", "2.0", "id", id, "method", method, "params", params);
    }

    static JsonObject call(Object id, String tool) {
        return request(
                id, "tools/call", JsonObject.of("name", tool, "arguments", JsonObject.EMPTY));
    }

    /** A request with the envelope of the modern era. */
    static JsonObject modern(String version, JsonObject request) {
        JsonObject meta =
                JsonObject.of(
                        PREFIX + "protocolVersion",
                        version,
                        PREFIX + "clientCapabilities",
                        JsonObject.EMPTY,
                        PREFIX + "clientInfo",
                        JsonObject.of("name", "raw", "version", "1"));
        return request.with("params", request.requireObject("params").with("_meta", meta));
    }

    void handshake(Revision revision) {
        JsonObject params =
                JsonObject.of(
                        "protocolVersion",
                        revision.text(),
                        "capabilities",
                        JsonObject.EMPTY,
                        "clientInfo",
                        JsonObject.of("name", "raw", "version", "1"));
        HttpResponse<byte[]> answer = post(request(0, "initialize", params).toJson());
        assertThat(answer.statusCode()).isEqualTo(200);
        session.addAll(
                List.of(
                        "Mcp-Session-Id",
                        answer.headers().firstValue("Mcp-Session-Id").orElseThrow(),
                        "MCP-Protocol-Version",
                        revision.text()));
        JsonObject initialized =
                JsonObject.of("jsonrpc", "2.0", "method", "notifications/initialized");
        assertThat(post(initialized.toJson()).statusCode()).isEqualTo(202);
    }

    /** Posts a message of the modern era with the headers that it needs. */
    HttpResponse<byte[]> postModern(JsonObject message) {
        JsonObject params = message.requireObject("params");
        String version = params.requireObject("_meta").requireString(PREFIX + "protocolVersion");
        List<String> headers = new ArrayList<>();
        headers.addAll(List.of("MCP-Protocol-Version", version));
        headers.addAll(List.of("Mcp-Method", message.requireString("method")));
        params.string("name").ifPresent(name -> headers.addAll(List.of("Mcp-Name", name)));
        return post(message.toJson(), headers.toArray(String[]::new));
    }

    HttpResponse<byte[]> post(String body, String... headers) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        transcript.add(Transcript.Sender.CLIENT, bytes);
        HttpResponse<byte[]> answer = send(bytes, headers);
        if (answer.body().length > 0) {
            transcript.add(Transcript.Sender.SERVER, answer.body());
        }
        return answer;
    }

    private HttpResponse<byte[]> send(byte[] body, String... headers) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + http.port() + "/mcp"))
                        .timeout(Duration.ofSeconds(30))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        List<String> all = new ArrayList<>(session);
        all.addAll(List.of(headers));
        if (!all.isEmpty()) {
            request.headers(all.toArray(String[]::new));
        }
        try {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            throw new IllegalStateException("no answer", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    @Override
    public void close() {
        server.close();
        http.close(Duration.ofSeconds(5));
        client.close();
    }
}
