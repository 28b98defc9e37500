/* tidy: console, because standard output is the wire of a stdio server. */
package io.erlmcp.chaos;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.runtime.Threads;
import java.io.BufferedReader;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The program behind the nodes of experiments: a stdio server of the legacy era that fails as a
 * file tells it, and counts its starts and calls in files. Written by hand, so that it starts at
 * once and does not fail with what is tested.
 *
 * <p>Process model: the main thread reads; a virtual thread answers each request, and one looks
 * after what it needs.
 */
final class UnreliableServer {
    private static final int EXIT_AT_START = 3;
    private static final int DIED = 137;
    private static final int WITHOUT = 4;
    private static final Duration LOOK = Duration.ofMillis(20);

    /** So long it takes until it notices that what it needs is gone. */
    private static final Duration NOTICES = Duration.ofMillis(500);

    private static final JsonObject SCHEMA = JsonObject.of("type", "object");

    private final Path folder;
    private final Path mode;
    private final Path starts;
    private final Path calls;
    private final OutputStream out = new FileOutputStream(FileDescriptor.out);

    /** Guards {@code out}: one line at a time. */
    private final ReentrantLock writing = new ReentrantLock();

    private UnreliableServer(Path folder, String name) {
        this.folder = folder;
        this.mode = mode(folder, name);
        this.starts = starts(folder, name);
        this.calls = calls(folder, name);
    }

    /**
     * What it is told: nothing, {@code exit}, {@code exit-first N}, {@code fail}, {@code slow MS},
     * {@code needs NAME}: ends soon after that other one.
     */
    static Path mode(Path folder, String name) {
        return folder.resolve(name + ".mode");
    }

    /** A line for each of its starts: the id of the process, and when it began. */
    static Path starts(Path folder, String name) {
        return folder.resolve(name + ".starts");
    }

    /** A byte for each call that reached it. */
    static Path calls(Path folder, String name) {
        return folder.resolve(name + ".calls");
    }

    public static void main(String[] args) throws IOException {
        new UnreliableServer(Path.of(args[0]), args[1]).serve();
    }

    /** Its processes that run, by the lines of its starts. */
    static List<ProcessHandle> running(Path starts) throws IOException {
        List<ProcessHandle> running = new ArrayList<>();
        if (Files.exists(starts)) {
            for (String line : Files.readAllLines(starts)) {
                String[] words = line.split(" ");
                ProcessHandle.of(Long.parseLong(words[0]))
                        .filter(ProcessHandle::isAlive)
                        .filter(it -> startMillis(it) == Long.parseLong(words[1]))
                        .ifPresent(running::add);
            }
        }
        return running;
    }

    /** Tells a process from a later one that has its id. */
    static long startMillis(ProcessHandle process) {
        return process.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
    }

    private String[] told() throws IOException {
        return Files.exists(mode) ? Files.readString(mode).strip().split(" ") : new String[] {""};
    }

    private static void note(Path file, String what) throws IOException {
        Files.writeString(file, what, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private void serve() throws IOException {
        ProcessHandle self = ProcessHandle.current();
        note(starts, self.pid() + " " + startMillis(self) + "\n");
        String[] told = told();
        boolean ends =
                switch (told[0]) {
                    case "exit" -> true;
                    case "exit-first" ->
                            Files.readAllLines(starts).size() <= Integer.parseInt(told[1]);
                    default -> false;
                };
        if (ends) {
            System.err.println("told to end at the start");
            System.exit(EXIT_AT_START);
        }
        if (told[0].equals("needs")) {
            Path other = starts(folder, told[1]);
            Threads.startVirtual("needs " + told[1], () -> follow(other));
        }
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                JsonObject message = Json.parseObject(line);
                JsonValue id = message.get("id");
                if (id != null) {
                    Threads.startVirtual("answer", () -> answer(id, message));
                }
            }
        }
    }

    /** Waits for the other one to be there, and ends a while after it. */
    private static void follow(Path other) {
        try {
            while (running(other).isEmpty()) {
                park(LOOK);
            }
            while (!running(other).isEmpty()) {
                park(LOOK);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        park(NOTICES);
        System.err.println("what it needs is gone");
        System.exit(WITHOUT);
    }

    private void answer(JsonValue id, JsonObject message) {
        JsonObject.Builder answer = JsonObject.builder().put("jsonrpc", "2.0").put("id", id);
        try {
            JsonObject result = result(message);
            if (result == null) {
                answer.put("error", JsonObject.of("code", -32603, "message", "told to fail"));
            } else {
                answer.put("result", result);
            }
            write(answer.build().toJson() + "\n");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String line) throws IOException {
        writing.lock();
        try {
            out.write(line.getBytes(StandardCharsets.UTF_8));
        } finally {
            writing.unlock();
        }
    }

    /** Null for what fails. */
    private @Nullable JsonObject result(JsonObject message) throws IOException {
        return switch (message.requireString("method")) {
            case "initialize" ->
                    JsonObject.of(
                            "protocolVersion",
                            "2025-11-25",
                            "capabilities",
                            JsonObject.of("tools", JsonObject.EMPTY),
                            "serverInfo",
                            JsonObject.of("name", "unreliable", "version", "1"));
            case "ping" -> JsonObject.EMPTY;
            case "tools/list" -> JsonObject.of("tools", JsonArray.of(tools().toArray()));
            case "tools/call" -> call(message.requireObject("params"));
            default -> null;
        };
    }

    private static List<JsonObject> tools() {
        return List.of(
                JsonObject.of("name", "echo", "description", "Answers", "inputSchema", SCHEMA),
                JsonObject.of("name", "die", "description", "Dies", "inputSchema", SCHEMA));
    }

    private @Nullable JsonObject call(JsonObject params) throws IOException {
        note(calls, "x");
        if (params.requireString("name").equals("die")) {
            Runtime.getRuntime().halt(DIED);
        }
        String[] told = told();
        switch (told[0]) {
            case "fail" -> {
                return null;
            }
            case "slow" -> park(Duration.ofMillis(Long.parseLong(told[1])));
            default -> {}
        }
        JsonObject text = JsonObject.of("type", "text", "text", "here");
        return JsonObject.of("content", JsonArray.of(text));
    }

    private static void park(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        for (long left = time.toNanos(); left > 0; left = end - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }
}
