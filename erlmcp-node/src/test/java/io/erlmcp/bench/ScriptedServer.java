package io.erlmcp.bench;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An HTTP server that answers as a test says, right or wrong. */
final class ScriptedServer implements AutoCloseable {
    /** What the server says to a message. */
    interface Script {
        Reply answer(JsonObject message, int count);
    }

    /**
     * @param end when the body ends; null for at once
     */
    record Reply(
            int status, String type, String body, boolean isChunked, @Nullable CountDownLatch end) {
        Reply(int status, String type, String body, boolean isChunked) {
            this(status, type, body, isChunked, null);
        }

        /** A stream that goes on until {@code end}. */
        static Reply stream(String body, CountDownLatch end) {
            return new Reply(200, "text/event-stream", body, true, end);
        }

        static Reply json(JsonObject body) {
            return new Reply(200, "application/json", body.toJson(), false);
        }

        static Reply events(String body) {
            return new Reply(200, "text/event-stream", body, true);
        }
    }

    private final HttpServer server;
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final AtomicInteger count = new AtomicInteger();

    ScriptedServer(Script script) {
        try {
            server =
                    HttpServer.create(
                            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        server.setExecutor(threads);
        server.createContext("/mcp", exchange -> handle(exchange, script));
        server.start();
    }

    private void handle(HttpExchange exchange, Script script) throws IOException {
        byte[] sent = exchange.getRequestBody().readAllBytes();
        JsonObject message =
                sent.length == 0
                        ? JsonObject.of("method", exchange.getRequestMethod())
                        : Json.parseObject(sent);
        Reply reply = script.answer(message, count.incrementAndGet());
        byte[] body = reply.body().getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", reply.type());
        exchange.getResponseHeaders().set("Mcp-Session-Id", "s-1");
        long length = reply.isChunked() ? 0 : body.length == 0 ? -1 : body.length;
        exchange.sendResponseHeaders(reply.status(), length);
        exchange.getResponseBody().write(body);
        if (reply.end() != null) {
            exchange.getResponseBody().flush();
            await(reply.end());
        }
        exchange.close();
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    int port() {
        return server.getAddress().getPort();
    }

    int count() {
        return count.get();
    }

    static Reply echo(JsonObject message) {
        return Reply.json(echoed(message, sent(message)));
    }

    static String sent(JsonObject message) {
        return message.requireObject("params").requireObject("arguments").requireString("text");
    }

    static JsonObject echoed(JsonObject message, String text) {
        return result(
                message,
                JsonObject.of(
                        "content", JsonArray.of(JsonObject.of("type", "text", "text", text))));
    }

    static JsonObject result(JsonObject message, JsonObject result) {
        return JsonObject.of("jsonrpc", "2.0", "id", message.get("id"), "result", result);
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow(); // streams that nobody ended
        threads.close();
    }
}
