package io.erlmcp.node;

import io.erlmcp.config.ConfigException;
import io.erlmcp.config.ConfigLoader;
import io.erlmcp.config.LoadedConfig;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.json.JsonObject;
import io.erlmcp.telemetry.Logs;
import io.erlmcp.transport.StdioTransport;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code serve}. */
@Command(
        name = "serve",
        description =
                "Serves MCP over HTTP on 127.0.0.1:8080/mcp, or over standard input and output.",
        footer = {
            "",
            "Examples:",
            "  erlmcp serve",
            "  erlmcp serve --config erlmcp.yaml --port 8081",
            "  erlmcp serve --stdio",
            "",
            "When it accepts requests it writes one line to stderr: erlmcp ready"
                    + " {\"mcp\":\"..\",\"admin\":\"..\",..}.",
            "SIGTERM lets calls finish and ends with exit code 0. All keys: docs/config.md."
        })
final class ServeCommand implements Callable<Integer> {
    @Option(
            names = "--config",
            paramLabel = "FILE",
            description = "The configuration, a YAML file.")
    @Nullable Path file;

    @Option(names = "--host", description = "The address to listen on; default: 127.0.0.1.")
    @Nullable String host;

    @Option(
            names = "--port",
            description = "The port of the MCP endpoint; default: 8080; 0 picks a free one.")
    @Nullable String port;

    @Option(
            names = "--admin-port",
            description = "The operators' port; default: 9090, or a free one with --port 0.")
    @Nullable String adminPort;

    @Option(
            names = "--stdio",
            description = "Serve standard input and output; no ports but those asked for.")
    boolean isStdio;

    @Option(
            names = "--log-level",
            paramLabel = "LEVEL",
            description = "trace, debug, info, warn, error or off.")
    @Nullable String logLevel;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    private final PrintStream out;

    ServeCommand(PrintStream out) {
        this.out = out;
    }

    /**
     * The command as {@code words} say it, without the command line library, whose loading takes
     * longer than all the rest of a start.
     *
     * @param words what stands behind {@code serve}
     * @return null where the library must have a look: help, mistakes, and other spellings
     */
    static @Nullable ServeCommand plain(List<String> words, PrintStream out) {
        ServeCommand command = new ServeCommand(out);
        Set<String> seen = new HashSet<>();
        int at = 0;
        while (at < words.size()) {
            String name = words.get(at++);
            if (!seen.add(name)) {
                return null;
            }
            if (name.equals("--stdio")) {
                command.isStdio = true;
                continue;
            }
            String value = at < words.size() ? words.get(at++) : "";
            if (!isPlain(value) || !command.set(name, value)) {
                return null;
            }
        }
        return command;
    }

    /** Whether the library would take the word as it is. */
    private static boolean isPlain(String value) {
        return !value.isEmpty() && "-@'\"".indexOf(value.charAt(0)) < 0;
    }

    private boolean set(String name, String value) {
        switch (name) {
            case "--config" -> file = Path.of(value);
            case "--host" -> host = value;
            case "--port" -> port = value;
            case "--admin-port" -> adminPort = value;
            case "--log-level" -> logLevel = value;
            default -> {
                return false;
            }
        }
        return true;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        // Standard input and output belong to the protocol from here on, whatever a tool prints or
        // reads.
        InputStream in = System.in;
        System.setOut(System.err);
        System.setIn(InputStream.nullInputStream());
        LoadedConfig loaded;
        try {
            loaded = ConfigLoader.load(file, System.getenv(), flags());
        } catch (ConfigException e) {
            e.problems().forEach(problem -> System.err.println("erlmcp: " + problem));
            return 2;
        }
        loaded.warnings().forEach(warning -> System.err.println("erlmcp: " + warning));
        Logs.level(loaded.config().log().level().name().toLowerCase(Locale.ROOT));
        try {
            return serve(loaded.config(), in);
        } catch (StartException e) {
            System.err.println("erlmcp: " + e.getMessage());
            return 1;
        }
    }

    private Map<String, String> flags() {
        Map<String, String> flags = new LinkedHashMap<>();
        put(flags, "http.host", host);
        put(flags, "http.port", port);
        put(flags, "admin.port", adminPort);
        put(flags, "log.level", logLevel);
        if (isStdio) {
            flags.put("http.enabled", Boolean.toString(port != null));
            flags.put("admin.enabled", Boolean.toString(adminPort != null));
        }
        return flags;
    }

    private static void put(Map<String, String> flags, String path, @Nullable String value) {
        if (value != null) {
            flags.put(path, value);
        }
    }

    private int serve(NodeConfig config, InputStream in)
            throws StartException, IOException, InterruptedException {
        Path folder = file == null ? Path.of("") : file.toAbsolutePath().getParent();
        Node node = new Node(config, folder == null ? Path.of("") : folder);
        try {
            node.start();
        } catch (StartException e) {
            node.close();
            throw e;
        }
        CountDownLatch stdioEnded = new CountDownLatch(isStdio ? 1 : 0);
        StdioTransport stdio =
                isStdio
                        ? StdioTransport.start(node.endpoint(), in, out, Settings.stdio(config))
                        : null;
        Shutdown shutdown =
                new Shutdown(
                        () -> stop(node, stdio, stdioEnded),
                        config.drain().timeout().plus(config.drain().halting()));
        shutdown.arm();
        System.err.println("erlmcp ready " + ready(node).toJson());
        if (stdio == null) {
            new CountDownLatch(1).await();
            return 0;
        }
        try {
            stdio.await();
        } finally {
            stdioEnded.countDown();
        }
        shutdown.now();
        return 0;
    }

    private JsonObject ready(Node node) {
        JsonObject.Builder ready = JsonObject.builder();
        node.urls().forEach(ready::put);
        return ready.putIfPresent("admin", node.adminUrl())
                .putIfPresent("stdio", isStdio ? true : null)
                .put("pid", ProcessHandle.current().pid())
                .build();
    }

    private static void stop(Node node, @Nullable StdioTransport stdio, CountDownLatch stdioEnded) {
        node.drain();
        if (stdio != null) {
            stdio.stop();
            try {
                stdioEnded.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
        node.close();
    }
}
