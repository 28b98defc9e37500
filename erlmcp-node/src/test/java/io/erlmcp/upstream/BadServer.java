package io.erlmcp.upstream;

import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ToolAnnotations;
import io.erlmcp.server.McpServer;
import io.erlmcp.transport.StdioTransport;
import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/**
 * A server for tests, a process of its own, with tools that misbehave.
 *
 * <p>tidy: console, because it writes to standard error what its node is to keep.
 */
public final class BadServer {
    private static final ToolAnnotations READ_ONLY =
            new ToolAnnotations(null, true, null, null, null);

    private static final int LEAKED_MEGABYTES = 400;
    private static final List<byte[]> LEAKED = new ArrayList<>();

    private BadServer() {}

    /** How it is started. */
    static List<String> command() {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                BadServer.class.getName());
    }

    public static void main(String[] args) throws Exception {
        System.err.println("up\u001b[31m and running");
        long pid = ProcessHandle.current().pid();
        Process grandchild = new ProcessBuilder("sleep", "1000").start();
        McpServer server = McpServer.builder("bad", "1").build();
        server.tools()
                .add(
                        ToolSpec.of(
                                        "pid",
                                        (a, call) ->
                                                CallToolResult.text(pid + " " + grandchild.pid()))
                                .annotations(READ_ONLY));
        server.tools()
                .add(
                        ToolSpec.of(
                                "environment",
                                (a, call) -> CallToolResult.text(System.getenv().toString())));
        server.tools()
                .add(
                        ToolSpec.of(
                                "die",
                                (a, call) -> {
                                    Runtime.getRuntime().halt(3);
                                    return CallToolResult.text("");
                                }));
        server.tools().add(ToolSpec.of("spin", (a, call) -> spin(a.object())));
        server.tools().add(ToolSpec.of("leak", (a, call) -> leak()));
        server.tools().add(ToolSpec.of("wait", (a, call) -> waitForEver()));
        server.tools()
                .add(ToolSpec.of("look", (a, call) -> dieOnce(a.object())).annotations(READ_ONLY));
        server.tools()
                .add(
                        ToolSpec.of(
                                "hang",
                                (a, call) -> {
                                    new ProcessBuilder("kill", "-STOP", "" + pid).start();
                                    return waitForEver();
                                }));
        StdioTransport.serve(
                server.endpoint(), System.in, System.out, StdioTransport.Config.DEFAULTS);
    }

    /** Computes until there is a file. */
    private static CallToolResult spin(JsonObject arguments) {
        File end = new File(arguments.requireString("until"));
        if (arguments.requireBool("answersFirst")) {
            Thread.ofPlatform().start(() -> computeUntil(end));
        } else {
            computeUntil(end);
        }
        return CallToolResult.text("computes");
    }

    private static void computeUntil(File end) {
        while (!end.exists()) {
            Thread.onSpinWait();
        }
    }

    /** Answers first: it may be replaced before it has all of it. */
    private static CallToolResult leak() {
        Thread.ofPlatform().start(BadServer::fill);
        return CallToolResult.text("leaks " + LEAKED_MEGABYTES + " MB");
    }

    private static void fill() {
        for (int i = 0; i < LEAKED_MEGABYTES; i++) {
            byte[] piece = new byte[1 << 20];
            Arrays.fill(piece, (byte) 1); // memory that nobody has touched is not there
            LEAKED.add(piece);
        }
    }

    private static CallToolResult waitForEver() throws InterruptedException {
        new CountDownLatch(1).await();
        return CallToolResult.text("never");
    }

    /** Dies the first time, as the file remembers, and answers the second. */
    private static CallToolResult dieOnce(JsonObject arguments) throws Exception {
        File mark = new File(arguments.requireString("mark"));
        if (mark.createNewFile()) {
            Runtime.getRuntime().halt(4);
        }
        return CallToolResult.text("seen");
    }
}
