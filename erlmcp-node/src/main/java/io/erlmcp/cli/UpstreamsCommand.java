package io.erlmcp.cli;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code upstreams}: how the upstream servers of a running node are. */
@Command(
        name = "upstreams",
        description = "Shows the upstream servers of a running node.",
        footer = {
            "",
            "Examples:",
            "  erlmcp upstreams",
            "  erlmcp upstreams --stderr --admin http://127.0.0.1:9090",
            "",
            "Exit code 1 when one of them is down."
        })
final class UpstreamsCommand implements Callable<Integer> {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String ADMIN = "http://127.0.0.1:9090";
    private static final String ROW = "%-20s  %-5s  %-10s  %5s  %6s  %-9s  %s%n";

    private final Terminal terminal;

    @Option(
            names = "--admin",
            defaultValue = ADMIN,
            description = "The operators' endpoint of the node; default: " + ADMIN)
    URI admin = URI.create(ADMIN);

    @Option(names = "--json", description = "For machines.")
    boolean isJson;

    @Option(names = "--stderr", description = "Show what they wrote to standard error last.")
    boolean showsErrors;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    UpstreamsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        JsonObject answer = ask();
        JsonArray upstreams = answer.array("upstreams").orElse(JsonArray.EMPTY);
        boolean allUp = true;
        if (isJson) {
            terminal.out().println(answer.toJson());
        } else {
            terminal.out()
                    .printf(
                            ROW,
                            "upstream",
                            "state",
                            "revision",
                            "tools",
                            "starts",
                            "breaker",
                            "since");
        }
        for (JsonValue value : upstreams) {
            JsonObject it = (JsonObject) value;
            allUp &= it.requireString("state").equals("up");
            if (!isJson) {
                print(it);
            }
        }
        return allUp ? 0 : 1;
    }

    private void print(JsonObject it) {
        terminal.out()
                .printf(
                        ROW,
                        it.requireString("component").replaceFirst("^upstreams/", ""),
                        it.requireString("state"),
                        it.string("revision").orElse("-"),
                        it.integer("tools").orElse(0L),
                        it.integer("starts").orElse(0L),
                        it.requireString("breaker"),
                        it.requireString("since")
                                + it.string("reason").map(why -> "  " + why).orElse(""));
        if (showsErrors) {
            for (JsonValue line : it.array("stderr").orElse(JsonArray.EMPTY)) {
                terminal.out().println("    | " + (line instanceof JsonString s ? s.value() : ""));
            }
        }
    }

    private JsonObject ask() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newBuilder().connectTimeout(PATIENCE).build()) {
            HttpRequest request =
                    HttpRequest.newBuilder(admin.resolve("/upstreams")).timeout(PATIENCE).build();
            HttpResponse<String> answer =
                    client.send(
                            request, HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
            if (answer.statusCode() != 200) {
                throw new IOException(admin + ": " + answer.statusCode() + " " + answer.body());
            }
            return Json.parseObject(answer.body());
        } catch (IOException e) {
            throw new IOException(admin + ": no node answers there: " + e.getMessage(), e);
        }
    }
}
