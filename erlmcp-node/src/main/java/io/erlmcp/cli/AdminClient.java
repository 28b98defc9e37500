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
    private static final int OK = 200;
    private static final int NOT_READY = 503;
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

    /** The same where the node says, with 503, that it is not ready: that is an answer too. */
    JsonObject getAny(String path) throws IOException, InterruptedException {
        return ask(path, HttpRequest.newBuilder(admin.resolve(path)).GET(), NOT_READY);
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
        return ask(path, request, OK);
    }

    /**
     * @param good a status that is an answer too
     */
    private JsonObject ask(String path, HttpRequest.Builder request, int good)
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
        if (answer.statusCode() != OK && answer.statusCode() != good) {
            throw new Refused(
                    answer.statusCode(), body.string("error").orElse(answer.body().strip()));
        }
        return body;
    }
}
