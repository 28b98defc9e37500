package io.erlmcp.cli;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** Asks a running node through its operators' endpoint. */
final class AdminClient {
    static final String DEFAULT = "http://127.0.0.1:9090";
    static final String HELP = "The operators' endpoint of the node; default: " + DEFAULT;
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final URI admin;

    AdminClient(URI admin) {
        this.admin = admin;
    }

    /** The node answered, and said no. */
    static final class Refused extends IOException {
        private static final long serialVersionUID = 1L;

        Refused(int status, String message) {
            super(message + " (" + status + ")");
        }
    }

    JsonObject get(String path) throws IOException, InterruptedException {
        return ask(path, HttpRequest.newBuilder(admin.resolve(path)).GET());
    }

    JsonObject post(String path, JsonObject body) throws IOException, InterruptedException {
        return ask(
                path,
                HttpRequest.newBuilder(admin.resolve(path))
                        .header("content-type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString(body.toJson())));
    }

    JsonObject delete(String path) throws IOException, InterruptedException {
        return ask(path, HttpRequest.newBuilder(admin.resolve(path)).DELETE());
    }

    private JsonObject ask(String path, HttpRequest.Builder request)
            throws IOException, InterruptedException {
        HttpResponse<String> answer;
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            answer =
                    client.send(
                            request.timeout(PATIENCE).build(),
                            HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new IOException(admin + ": no node answers there: " + e, e);
        }
        JsonObject body;
        try {
            body = Json.parseObject(answer.body());
        } catch (JsonException e) {
            throw new Refused(answer.statusCode(), admin + path + ": " + answer.body().strip());
        }
        if (answer.statusCode() != 200) {
            throw new Refused(
                    answer.statusCode(), body.string("error").orElse(answer.body().strip()));
        }
        return body;
    }
}
