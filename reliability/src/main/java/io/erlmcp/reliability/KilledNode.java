package io.erlmcp.reliability;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.ReceiptCheck;
import io.erlmcp.andon.SavedStates;
import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A node with a data folder that is halted, drained, resumed, stopped and killed in the middle of
 * it, while callers of both eras call a tool all the time. What ran is counted at the tool itself:
 * nothing between an acknowledged halt and the next wish to resume, whichever process runs; nothing
 * twice; all that was answered; and no acknowledged session is lost.
 */
final class KilledNode {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CALLERS = 4;
    private static final String TOOL = "tools/" + Executions.TOOL;

    /** What the next node must find. */
    private enum Known {
        HALTED,
        NORMAL,
        EITHER
    }

    private final Trial trial;
    private final Folder folder;
    private final boolean isOnDisk;
    private final Findings findings;
    private final AtomicLong lastCall = new AtomicLong();
    private final Queue<String> answered = new ConcurrentLinkedQueue<>();
    private final List<String> sessions = new ArrayList<>();
    private Known known = Known.NORMAL;

    /** When the halt that holds was acknowledged; null while none is known to hold. */
    private @Nullable Instant haltedSince;

    /**
     * @param isOnDisk whether sessions are kept on the disk, and not only by a stop in order
     */
    KilledNode(Trial trial, Folder folder, boolean isOnDisk, Findings findings) {
        this.trial = trial;
        this.folder = folder;
        this.isOnDisk = isOnDisk;
        this.findings = findings;
    }

    private Map<String, String> settings() {
        Map<String, String> all = new HashMap<>();
        all.put("ERLMCP_DATA_DIR", folder.path().resolve("data").toString());
        all.put("ERLMCP_SESSIONS_BACKEND", isOnDisk ? "disk" : "memory");
        all.put(Executions.VARIABLE, record().toString());
        return all;
    }

    private Path record() {
        return folder.path().resolve("executions");
    }

    /** One life of the node. */
    void round(Random random, boolean isForgotten) throws Exception {
        try (NodeProcess node = trial.launch().start(settings(), "--port", "0")) {
            expect(node, "after the start");
            checkSaved();
            checkSessions(node.mcp());
            sessions.add(FullDisk.open(node.mcp()));
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                boolean isLegacy = i % 2 == 1;
                callers.add(Threads.startVirtual("caller " + i, () -> call(node.mcp(), isLegacy)));
            }
            if (known != Known.NORMAL) {
                checkNothingRan(Instant.now());
                haltedSince = null;
                operate(node.admin(), "/andon/resume", TOOL);
                known = Known.NORMAL;
            }
            pause(random, 200);
            act(node, random);
            node.kill();
            node.exitCode(PATIENCE);
            for (Thread caller : callers) {
                caller.join();
            }
            findings.count("kills", 1);
        }
        checkNothingRan(Instant.now());
        checkExecutions();
        if (isForgotten) {
            Folder.delete(folder.path().resolve("data").resolve(Andon.FOLDER));
        }
        ReceiptCheck.Found receipts =
                isForgotten
                        ? new ReceiptCheck.Found(0, 0, 0, "", 0, List.of())
                        : ReceiptCheck.check(folder.path().resolve("data").resolve(Andon.FOLDER));
        findings.check(receipts.isWhole(), "receipts: " + receipts.problems());
        if (isForgotten && known == Known.HALTED) {
            try (NodeProcess node = trial.launch().start(settings(), "--port", "0")) {
                expect(node, "after the folder was lost");
            }
        }
    }

    /** Since a halt was acknowledged, whichever process ran meanwhile. */
    private void checkNothingRan(Instant until) throws IOException {
        Instant since = haltedSince;
        if (since != null) {
            long ran = Executions.read(record()).between(since, until);
            findings.check(ran == 0, ran + " calls ran after an acknowledged halt");
        }
    }

    /** What was answered has run, and nothing ran twice. */
    private void checkExecutions() throws IOException {
        Map<String, Integer> counts = Executions.read(record()).counts();
        findings.largest((isOnDisk ? "disk" : "memory") + "_executions", counts.size());
        counts.forEach(
                (text, count) -> findings.check(count == 1, text + " ran " + count + " times"));
        for (String text : answered) {
            findings.check(
                    counts.containsKey(text), text + " was answered, and there is no trace of it");
        }
        findings.count("answered_calls", answered.size());
        answered.clear();
    }

    private void checkSessions(URI mcp) throws IOException {
        if (isOnDisk) {
            for (String id : sessions) {
                int status = KilledWhileWriting.ping(mcp, id);
                findings.check(status == 200, "an acknowledged session answers " + status);
                findings.count("sessions_found_again", 1);
            }
        }
    }

    /** Halts or drains, and sees that it is acknowledged or dies on the way; or stops and saves. */
    private void act(NodeProcess node, Random random) throws InterruptedException {
        boolean isDrain = random.nextBoolean();
        String path = isDrain ? "/andon/drain" : "/andon/halt";
        boolean isAwaited =
                findings.figures().getOrDefault("acknowledged_halts", 0L) == 0
                        || random.nextInt(3) > 0;
        AtomicReference<Instant> halted = new AtomicReference<>();
        String component = trial.isPlanted(HaltsUnderKill.ANOTHER) ? "tools/echo" : TOOL;
        Thread operator =
                Threads.startVirtual(
                        "operator",
                        () -> {
                            if (operate(node.admin(), path, component)) {
                                halted.set(Instant.now());
                            }
                        });
        if (isAwaited) {
            operator.join();
        } else {
            pause(random, 15);
        }
        if (random.nextInt(4) == 0) {
            node.terminate(); // begins to stop and to save its sessions
        }
        pause(random, isAwaited ? 200 : 5);
        haltedSince = halted.get();
        known = haltedSince != null ? Known.HALTED : Known.EITHER;
        findings.count(haltedSince != null ? "acknowledged_halts" : "halts_cut_short", 1);
    }

    private static void pause(Random random, int millis) {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(millis)).toNanos());
    }

    /** The node must answer the tool as is known. */
    private void expect(NodeProcess node, String when) throws IOException {
        String answer;
        try (RawHttp http = new RawHttp(node.mcp(), PATIENCE)) {
            answer = run(http, new String[0]);
        }
        boolean isRefused = answer.contains("-31002") && answer.contains('"' + TOOL + '"');
        boolean isAnswered = answer.contains("\"result\"");
        findings.check(
                isRefused || isAnswered,
                when + " the tool is neither halted nor normal: " + answer);
        findings.check(
                known != Known.HALTED || isRefused,
                when + " an acknowledged halt is forgotten: " + answer);
        findings.check(
                known != Known.NORMAL || isAnswered,
                when + " a halt is there that nobody asked for: " + answer);
    }

    /** A flipped byte in the file of the halt state: the node is up, halted, not ready. */
    void damaged(Random random) throws Exception {
        for (int i = 0; i < trial.pick(1, 2, 10); i++) {
            HaltsUnderKill.flipAByte(HaltsUnderKill.halts(folder), random);
            try (NodeProcess node = trial.launch().start(settings(), "--port", "0")) {
                String answer;
                try (RawHttp http = new RawHttp(node.mcp(), PATIENCE)) {
                    answer = run(http, new String[0]);
                }
                findings.check(
                        answer.contains("-31002") && answer.contains("\"node\""),
                        "a damaged halt state does not halt: " + answer);
                findings.check(
                        readyStatus(node.admin()) == 503,
                        "a node with a damaged halt state says that it is ready");
                findings.count("damaged_files", 1);
                operate(node.admin(), "/andon/resume", "node");
            }
        }
    }

    private static int readyStatus(URI admin) throws IOException {
        try (RawHttp http = new RawHttp(admin, PATIENCE)) {
            http.send(
                    ("GET /ready HTTP/1.1\r\nHost: " + admin.getAuthority() + "\r\n\r\n")
                            .getBytes(StandardCharsets.ISO_8859_1));
            return http.answer().status();
        }
    }

    /** A save that was killed leaves the old file or the new one. */
    private void checkSaved() throws IOException {
        Path states = folder.path().resolve("data").resolve(SavedStates.FOLDER);
        if (!Files.isDirectory(states)) {
            return;
        }
        try (Stream<Path> all = Files.list(states)) {
            List<String> damaged =
                    all.map(it -> it.getFileName().toString())
                            .filter(it -> it.contains("damaged"))
                            .toList();
            findings.check(damaged.isEmpty(), "saved states were damaged: " + damaged);
        }
    }

    private void call(URI mcp, boolean isLegacy) {
        try (RawHttp http = new RawHttp(mcp, PATIENCE)) {
            String[] session = isLegacy ? Load.session(http) : new String[0];
            while (true) {
                if (!run(http, session).contains("\"result\"")) {
                    LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                }
            }
        } catch (IOException killed) {
            // The node is gone, which is what this waits for.
        }
    }

    /**
     * Calls the tool with a text that no other call has.
     *
     * @param session headers; none for a request of the modern era. In a session the call has a
     *     stream, so that the node keeps what it accepted.
     */
    private String run(RawHttp http, String[] session) throws IOException {
        long id = lastCall.incrementAndGet();
        String text = trial.isPlanted(HaltsUnderKill.TWICE) ? "call " + id / 2 : "call " + id;
        JsonObject params = Rpc.call(Executions.TOOL, JsonObject.of("text", text));
        JsonObject message =
                session.length == 0
                        ? Rpc.modern(id, "tools/call", params)
                        : Rpc.legacy(
                                id,
                                "tools/call",
                                params.with("_meta", JsonObject.of("progressToken", "p" + id)));
        http.post(
                Rpc.bytes(message), session.length == 0 ? RawHttp.modernHeaders(message) : session);
        String answer = http.answer().text();
        if (answer.contains("\"result\"")) {
            answered.add(text);
        }
        return answer;
    }

    /** True when the node acknowledged. */
    private static boolean operate(URI admin, String path, String component) {
        JsonObject body = JsonObject.of("component", component);
        if (path.endsWith("/resume")) {
            body = body.with("cause", "a").with("fix", "b").with("prevention", "c");
        }
        try (RawHttp http = new RawHttp(admin.resolve(path), PATIENCE)) {
            http.post(Rpc.bytes(body));
            RawHttp.Answer answer = http.answer();
            return answer.status() == 200
                    && Json.parseObject(answer.text()).bool("kept").orElse(false);
        } catch (IOException killed) {
            return false;
        }
    }
}
