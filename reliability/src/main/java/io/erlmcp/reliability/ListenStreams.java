package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.runtime.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * R13: SIGTERM with open {@code subscriptions/listen} streams, over HTTP on bare sockets and over
 * stdio. Each must end with the result of its own request, and an HTTP stream then with the end of
 * its chunked body.
 */
final class ListenStreams implements Guarantee {
    private static final String KILL = "kill-instead-of-term";
    private static final String BLIND = "overlook-the-result";
    private static final String ACKNOWLEDGED = "notifications/subscriptions/acknowledged";
    private static final String SUBSCRIPTION = "io.modelcontextprotocol/subscriptionId";
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final Duration EXIT_LIMIT = Duration.ofSeconds(10);

    @Override
    public String id() {
        return "R13";
    }

    @Override
    public String title() {
        return "SIGTERM with open subscriptions/listen streams: every stream ends with its graceful"
                + " result";
    }

    @Override
    public List<String> plants() {
        return List.of(KILL, BLIND);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        overHttp(trial, findings);
        overStdio(trial, findings);
    }

    private static JsonObject listen(Random random, JsonValue id) {
        JsonObject filter =
                JsonObject.of(
                        "toolsListChanged", random.nextBoolean(),
                        "promptsListChanged", random.nextBoolean(),
                        "resourcesListChanged", true);
        return Rpc.modern(id, "subscriptions/listen", JsonObject.of("notifications", filter));
    }

    /** Numbers and texts that look like them, and on different connections the same ones. */
    private static JsonValue idOf(int stream) {
        int number = stream / 3;
        return stream % 2 == 0 ? JsonNumber.of(number) : new JsonString(Integer.toString(number));
    }

    private static void stop(Trial trial, NodeProcess node) {
        if (trial.isPlanted(KILL)) {
            node.kill();
        } else {
            node.terminate();
        }
    }

    private static void checkExit(NodeProcess node, Findings findings) throws InterruptedException {
        Integer code = node.exitCode(EXIT_LIMIT);
        findings.check(
                code != null,
                "the node still runs " + EXIT_LIMIT + " after SIGTERM with no call in progress");
        findings.check(code == null || code == 0, "the node ended with exit code " + code);
    }

    private void overHttp(Trial trial, Findings findings) throws Exception {
        int count = trial.pick(10, 50, 1000);
        Random random = trial.random("http");
        try (NodeProcess node = trial.launch().start("--port", "0")) {
            CountDownLatch open = new CountDownLatch(count);
            List<Thread> readers = new ArrayList<>();
            for (int i = 0; i < count; i++) {
                JsonObject request = listen(random, idOf(i));
                String name = "stream " + i;
                readers.add(
                        Threads.startVirtual(
                                name, () -> httpStream(trial, node, request, open, findings)));
            }
            findings.check(
                    open.await(PATIENCE.toSeconds(), TimeUnit.SECONDS),
                    open.getCount() + " streams were not acknowledged");
            stop(trial, node);
            for (Thread reader : readers) {
                reader.join(PATIENCE);
            }
            checkExit(node, findings);
        }
    }

    private static void httpStream(
            Trial trial,
            NodeProcess node,
            JsonObject request,
            CountDownLatch open,
            Findings findings) {
        findings.count("http_streams", 1);
        String name = Thread.currentThread().getName();
        try (RawHttp connection = new RawHttp(node.mcp(), PATIENCE)) {
            connection.post(Rpc.bytes(request), RawHttp.modernHeaders(request));
            RawHttp.Head head = connection.head();
            EventReader events = new EventReader(connection.body(head));
            JsonObject first = events.next();
            if (first == null || !first.string("method").orElse("").equals(ACKNOWLEDGED)) {
                findings.fail(name + " begins with " + first);
                return;
            }
            open.countDown();
            JsonObject last = null;
            for (JsonObject next = events.next(); next != null; next = events.next()) {
                last = trial.isPlanted(BLIND) ? null : next;
            }
            checkEnd(name, request, last, findings);
            findings.count("http_streams_ended_gracefully", 1);
        } catch (IOException | RuntimeException e) {
            findings.fail(name + " was cut: " + e);
        }
    }

    private static void checkEnd(
            String name, JsonObject request, @Nullable JsonObject last, Findings findings) {
        JsonValue id = request.get("id");
        if (last == null || !Objects.equals(last.get("id"), id)) {
            findings.fail(name + " has no result, but ended with " + last);
            return;
        }
        JsonObject result = last.object("result").orElse(JsonObject.EMPTY);
        JsonValue subscription = result.object("_meta").orElse(JsonObject.EMPTY).get(SUBSCRIPTION);
        findings.check(
                result.string("resultType").orElse("").equals("complete")
                        && Objects.equals(subscription, id),
                name + " ended with another result: " + last);
    }

    private void overStdio(Trial trial, Findings findings) throws Exception {
        int count = trial.pick(5, 20, 200);
        Random random = trial.random("stdio");
        Map<JsonValue, JsonObject> requests = new HashMap<>();
        try (NodeProcess node = trial.launch().start("--stdio")) {
            OutputStream in = node.in();
            for (int i = 0; i < count; i++) {
                JsonValue id = i % 2 == 0 ? JsonNumber.of(i) : new JsonString(Integer.toString(i));
                requests.put(id, listen(random, id));
            }
            for (JsonObject request : requests.values()) {
                in.write(request.toJson().concat("\n").getBytes(StandardCharsets.UTF_8));
            }
            in.flush();
            findings.count("stdio_streams", count);
            BufferedReader out =
                    new BufferedReader(new InputStreamReader(node.out(), StandardCharsets.UTF_8));
            for (int i = 0; i < count; i++) {
                String line = out.readLine();
                findings.check(
                        line != null && line.contains(ACKNOWLEDGED),
                        "stdio: no acknowledgement, but " + line);
            }
            stop(trial, node);
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                JsonObject message = Json.parseObject(line);
                JsonValue id = message.get("id");
                JsonObject request =
                        id == null || trial.isPlanted(BLIND) ? null : requests.remove(id);
                if (request != null) {
                    checkEnd("stdio stream " + id, request, message, findings);
                    findings.count("stdio_streams_ended_gracefully", 1);
                }
            }
            requests.keySet().forEach(id -> findings.fail("stdio stream " + id + " has no result"));
            checkExit(node, findings);
        }
    }
}
