package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.client.McpClient;
import io.erlmcp.http.HttpClientConfig;
import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/** What the rows about upstream servers share: the server, and how the node says that they are. */
final class UpstreamNode {
    static final Duration PATIENCE = Duration.ofSeconds(30);

    private UpstreamNode() {}

    /** The server that misbehaves as it is told. */
    static Path script() throws IOException {
        Path folder = Path.of("").toAbsolutePath();
        while (folder != null) {
            Path script = folder.resolve("conformance/interop/servers/echo.mjs");
            if (Files.exists(script)) {
                return script;
            }
            folder = folder.getParent();
        }
        throw new IOException("conformance/interop/servers/echo.mjs is not there");
    }

    static McpClient client(NodeProcess node) {
        return McpClient.builder(new StreamableHttpClientTransport(HttpClientConfig.of(node.mcp())))
                .timeout(PATIENCE)
                .connect();
    }

    static void awaitUp(NodeProcess node, List<String> names, Findings findings)
            throws InterruptedException {
        for (String name : names) {
            findings.check(await(() -> isUp(node, name)), name + " does not come up");
        }
    }

    static boolean await(BooleanSupplier condition) throws InterruptedException {
        return await(PATIENCE, condition);
    }

    static boolean await(Duration patience, BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() > end) {
                return false;
            }
            LockSupport.parkNanos(10_000_000);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        return true;
    }

    static boolean isUp(NodeProcess node, String name) {
        return upstream(node, name).string("state").orElse("").equals("up");
    }

    static long starts(NodeProcess node, String name) {
        return upstream(node, name).integer("starts").orElse(0L);
    }

    /** What the operators' endpoint says of it; nothing when the node is busy. */
    static JsonObject upstream(NodeProcess node, String name) {
        try (RawHttp http = new RawHttp(node.admin(), Duration.ofSeconds(10))) {
            http.send(
                    ("GET /upstreams HTTP/1.1\r\nHost: " + node.admin().getAuthority() + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            JsonArray all =
                    Json.parseObject(http.answer().text())
                            .array("upstreams")
                            .orElse(JsonArray.EMPTY);
            for (JsonValue it : all) {
                if (it instanceof JsonObject object
                        && object.requireString("component").equals("upstreams/" + name)) {
                    return object;
                }
            }
        } catch (IOException e) {
            return JsonObject.EMPTY;
        }
        return JsonObject.EMPTY;
    }
}
