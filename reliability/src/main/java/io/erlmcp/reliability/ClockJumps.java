package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * R24: the wall clock of the node jumps by a day and back, while calls run, deadlines are open and
 * sessions are idle. Durations are measured by another clock, so nothing of it may change.
 *
 * <p>The wall clock is moved by libfaketime (Debian's {@code faketime}), which reads the offset
 * from a file.
 */
final class ClockJumps implements Guarantee {
    private static final String EVERY_CLOCK = "every-clock-jumps";
    private static final String LOST = "forget-the-session";

    private static final Duration READ_LIMIT = Duration.ofSeconds(40);
    private static final int DEADLINE_MILLIS = 2_500;
    private static final int DEADLINE = -31003;
    private static final Duration IDLE = Duration.ofSeconds(2);
    private static final Duration SWEEP = Duration.ofSeconds(5);

    @Override
    public String id() {
        return "R24";
    }

    @Override
    public String title() {
        return "The wall clock jumps by +1 day and -1 hour: calls, deadlines and the expiry of"
                + " sessions stay right";
    }

    @Override
    public List<String> plants() {
        return List.of(EVERY_CLOCK, LOST);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        Path library = library();
        if (library == null) {
            findings.fail("libfaketime is not installed: apt-get install faketime");
            return;
        }
        for (int i = 0; i < trial.pick(1, 1, 20); i++) {
            try (Folder folder = new Folder("r24")) {
                round(trial, folder, library, findings);
            }
        }
    }

    private static @Nullable Path library() throws IOException {
        for (String root : List.of("/usr/lib", "/usr/lib64", "/usr/local/lib")) {
            if (!Files.isDirectory(Path.of(root))) {
                continue;
            }
            try (Stream<Path> files =
                    Files.find(
                            Path.of(root),
                            4,
                            (path, it) -> path.endsWith("faketime/libfaketimeMT.so.1"))) {
                Path found = files.findFirst().orElse(null);
                if (found != null) {
                    return found;
                }
            }
        }
        return null;
    }

    private static void round(Trial trial, Folder folder, Path library, Findings findings)
            throws Exception {
        Path clock = folder.path().resolve("clock");
        Files.writeString(clock, "+0\n");
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("ERLMCP_DATA_DIR", folder.path().resolve("data").toString());
        environment.put("LD_PRELOAD", library.toString());
        environment.put("FAKETIME_TIMESTAMP_FILE", clock.toString());
        // read once a second; without its repair of condition variables, which hangs this JVM
        environment.put("FAKETIME_CACHE_DURATION", "1");
        environment.put("FAKETIME_FORCE_MONOTONIC_FIX", "0");
        if (!trial.isPlanted(EVERY_CLOCK)) {
            environment.put("FAKETIME_DONT_FAKE_MONOTONIC", "1");
            environment.put("DONT_FAKE_MONOTONIC", "1");
        }
        environment.put("ERLMCP_SERVER_CALL_TIMEOUT", DEADLINE_MILLIS + "ms");
        environment.put("ERLMCP_SESSIONS_IDLE_TIMEOUT", IDLE.toSeconds() + "s");
        try (NodeProcess node =
                trial.launch().start(environment, "--port", "0", "--admin-port", "0")) {
            for (String jump : trial.plant() == null ? List.of("+1d", "-1h") : List.of("+1d")) {
                jump(node, trial, clock, jump, findings);
            }
            findings.check(node.isAlive(), "the node has ended:\n" + node.lastLines());
        }
    }

    private static void jump(
            NodeProcess node, Trial trial, Path clock, String jump, Findings findings)
            throws Exception {
        findings.count("jumps", 1);
        String[] kept = session(node);
        String[] idle = session(node);
        AtomicBoolean stops = new AtomicBoolean();
        Thread user = Threads.startVirtual("user", () -> use(node, kept, stops, jump, findings));
        Thread shortCall = Threads.startVirtual("short", () -> shortCall(node, jump, findings));
        Thread longCall = Threads.startVirtual("long", () -> longCall(node, jump, findings));
        LockSupport.parkNanos(Duration.ofMillis(700).toNanos());
        Path next = clock.resolveSibling("next");
        Files.writeString(next, jump + "\n");
        Files.move(next, clock, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
        awaitJump(node, jump, findings);
        for (Thread each : List.of(shortCall, longCall)) {
            findings.check(each.join(READ_LIMIT), jump + ": " + each.getName() + " hangs");
        }
        LockSupport.parkNanos(IDLE.plus(SWEEP).plusSeconds(1).toNanos());
        stops.set(true);
        findings.check(user.join(READ_LIMIT), jump + ": the user hangs");
        findings.check(
                status(node, trial.isPlanted(LOST) ? new String[] {kept[0] + "x", kept[1]} : kept)
                        == 200,
                jump + ": a session that was used is gone");
        findings.check(status(node, idle) == 404, jump + ": an idle session is still there");
    }

    /** The control of the tool itself: the node's answers bear the date that was set. */
    private static void awaitJump(NodeProcess node, String jump, Findings findings)
            throws IOException {
        long limit = System.nanoTime() + READ_LIMIT.toNanos();
        long off = 0;
        while (System.nanoTime() - limit < 0) {
            try (RawHttp connection = new RawHttp(node.admin(), READ_LIMIT)) {
                connection.send(
                        ("GET /alive HTTP/1.1\r\nHost: " + node.admin().getAuthority() + "\r\n\r\n")
                                .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                String date = connection.answer().head().headers().getOrDefault("date", "");
                off =
                        java.time.ZonedDateTime.parse(
                                                date,
                                                java.time.format.DateTimeFormatter
                                                        .RFC_1123_DATE_TIME)
                                        .toEpochSecond()
                                - java.time.Instant.now().getEpochSecond();
            }
            long expected =
                    jump.startsWith("+")
                            ? Duration.ofDays(1).toSeconds()
                            : -Duration.ofHours(1).toSeconds();
            if (Math.abs(off - expected) < 60) {
                return;
            }
            LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
        }
        findings.fail(jump + ": the clock of the node did not jump, it is off by " + off + " s");
    }

    private static String[] session(NodeProcess node) throws IOException {
        try (RawHttp connection = new RawHttp(node.mcp(), READ_LIMIT)) {
            return Load.session(connection);
        }
    }

    private static int status(NodeProcess node, String[] session) throws IOException {
        try (RawHttp connection = new RawHttp(node.mcp(), READ_LIMIT)) {
            connection.post(Rpc.bytes(Rpc.legacy(1, "ping", JsonObject.EMPTY)), session);
            return connection.answer().status();
        }
    }

    private static void use(
            NodeProcess node,
            String[] session,
            AtomicBoolean stops,
            String jump,
            Findings findings) {
        try {
            while (!stops.get()) {
                int status = status(node, session);
                findings.check(status == 200, jump + ": a session in use is answered " + status);
                LockSupport.parkNanos(Duration.ofMillis(400).toNanos());
            }
        } catch (IOException e) {
            findings.fail(jump + ": the user: " + e);
        }
    }

    private static void shortCall(NodeProcess node, String jump, Findings findings) {
        JsonObject call = Rpc.modern(1, "tools/call", Rpc.sleep(2_000));
        try (RawHttp connection = new RawHttp(node.mcp(), READ_LIMIT)) {
            connection.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
            RawHttp.Answer answer = connection.answer();
            String text =
                    answer.status() == 200
                            ? Rpc.text(Json.parseObject(answer.body()), JsonNumber.of(1))
                            : answer.text();
            findings.check("slept 2000".equals(text), jump + ": a call across it: " + text);
        } catch (IOException | RuntimeException e) {
            findings.fail(jump + ": a call across it: " + e);
        }
    }

    private static void longCall(NodeProcess node, String jump, Findings findings) {
        JsonObject call = Rpc.modern(1, "tools/call", Rpc.sleep(600_000));
        long begin = System.nanoTime();
        try (RawHttp connection = new RawHttp(node.mcp(), READ_LIMIT)) {
            connection.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
            RawHttp.Answer answer = connection.answer();
            long millis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begin);
            findings.largest("longest_until_deadline_answered_ms", millis);
            JsonObject error = Json.parseObject(answer.body()).requireObject("error");
            findings.check(
                    error.requireInteger("code") == DEADLINE
                            && millis >= DEADLINE_MILLIS - 100
                            && millis < DEADLINE_MILLIS + 5_000,
                    jump
                            + ": a deadline of "
                            + DEADLINE_MILLIS
                            + " ms after "
                            + millis
                            + " ms: "
                            + error.toJson());
        } catch (IOException | RuntimeException e) {
            findings.fail(jump + ": a deadline: " + e);
        }
    }
}
