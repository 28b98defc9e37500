package io.erlmcp.node;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The command, run as its users run it: a process of its own, whose streams are read as they come.
 */
final class NodeProcess implements AutoCloseable {
    static final long PATIENCE_SECONDS = 60;
    private static final String READY = "erlmcp ready ";

    private final Process process;
    private final List<String> err = new CopyOnWriteArrayList<>();
    private final BlockingQueue<String> errLines = new LinkedBlockingQueue<>();
    private final Thread errReader;

    private NodeProcess(Process process) {
        this.process = process;
        errReader = Thread.ofPlatform().daemon().start(this::readErr);
    }

    static NodeProcess start(String... arguments) {
        return start(Map.of(), arguments);
    }

    static NodeProcess start(Map<String, String> environment, String... arguments) {
        List<String> command = new ArrayList<>(command());
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command);
        builder.environment().keySet().removeIf(name -> name.startsWith("ERLMCP_"));
        builder.environment().put("XDG_STATE_HOME", freshFolder());
        builder.environment().putAll(environment);
        try {
            return new NodeProcess(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program and its first arguments, up to the class. */
    static List<String> command() {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path", ""));
        String java =
                System.getProperty("java.home") + File.separator + "bin" + File.separator + "java";
        return List.of(
                java,
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "--enable-native-access=ALL-UNNAMED",
                "-Xlog:disable",
                "-Xlog:all=warning:stderr",
                "-cp",
                classPath,
                "io.erlmcp.node.Main");
    }

    private void readErr() {
        try (BufferedReader reader =
                new BufferedReader(
                        new InputStreamReader(process.getErrorStream(), StandardCharsets.UTF_8))) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                err.add(line);
                errLines.add(line);
            }
        } catch (IOException e) {
            errLines.add("cannot read standard error: " + e);
        }
    }

    /** Waits for the ready line and reads it. */
    JsonObject awaitReady() {
        return Json.parseObject(awaitErrLine(READY).substring(READY.length()));
    }

    String awaitErrLine(String start) {
        try {
            for (String line = next(); line != null; line = next()) {
                if (line.startsWith(start)) {
                    return line;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        throw new AssertionError("no line that starts with " + start + " in:\n" + err());
    }

    private @Nullable String next() throws InterruptedException {
        return errLines.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
    }

    Process process() {
        return process;
    }

    /** SIGTERM; {@link Process#destroy} would close the streams as well. */
    void terminate() {
        process.toHandle().destroy();
    }

    int exitCode() {
        awaitEnd();
        try {
            errReader.join();
            return process.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    private void awaitEnd() {
        try {
            if (!process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError("the process did not end:\n" + err());
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Everything on standard output, at the end of the process. */
    String out() {
        try {
            return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String err() {
        return String.join("\n", err);
    }

    @Override
    public void close() {
        process.destroyForcibly();
        awaitEnd(); // its folder may be deleted, or belong to the next one
    }

    /** A node of a test keeps nothing where the node of a person would; goes with the build. */
    private static String freshFolder() {
        try {
            Path states = Path.of(System.getProperty("build.folder", "target"), "states");
            Files.createDirectories(states);
            return Files.createTempDirectory(states, "node").toAbsolutePath().toString();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
