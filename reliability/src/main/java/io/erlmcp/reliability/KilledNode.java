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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * A node with a data folder that is halted, drained, resumed, stopped and killed in the middle of
 * it, while callers call a tool all the time.
 */
final class KilledNode {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CALLERS = 4;
    private static final String TOOL = "{\"component\":\"tools/echo\"";

    /** What the next node must find. */
    private enum Known {
        HALTED,
        NORMAL,
        EITHER
    }

    private final Trial trial;
    private final Folder folder;
    private final Findings findings;
    private Known known = Known.NORMAL;

    KilledNode(Trial trial, Folder folder, Findings findings) {
        this.trial = trial;
        this.folder = folder;
        this.findings = findings;
    }

    private Map<String, String> settings() {
        return Map.of("ERLMCP_DATA_DIR", folder.path().resolve("data").toString());
    }

    /** A call that was answered with success, by when it was sent. */
    private record Success(long sentNanos) {}

    /** One life of the node. */
    void round(Random random, boolean isForgotten) throws Exception {
        try (NodeProcess node = trial.launch().start(settings(), "--port", "0")) {
            expect(node, "after the start");
            checkSaved();
            openSession(node.mcp());
            ConcurrentLinkedQueue<Success> successes = new ConcurrentLinkedQueue<>();
            AtomicLong haltedNanos = new AtomicLong(Long.MAX_VALUE);
            List<Thread> callers = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                callers.add(Threads.startVirtual("caller " + i, () -> call(node.mcp(), successes)));
            }
            if (known != Known.NORMAL) {
                operate(node.admin(), "/andon/resume", TOOL + "}");
                known = Known.NORMAL;
            }
            pause(random, 200);
            act(node, random, haltedNanos);
            node.kill();
            node.exitCode(PATIENCE);
            for (Thread caller : callers) {
                caller.join();
            }
            long halted = haltedNanos.get();
            long late = successes.stream().filter(it -> it.sentNanos() - halted >= 0).count();
            findings.count("calls", successes.size());
            findings.count("kills", 1);
            findings.check(
                    halted == Long.MAX_VALUE || late == 0,
                    late + " calls were answered that were sent after an acknowledged halt");
        }
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

    /** Halts or drains, and sees that it is acknowledged or dies on the way; or stops and saves. */
    private void act(NodeProcess node, Random random, AtomicLong haltedNanos)
            throws InterruptedException {
        boolean isDrain = random.nextBoolean();
        String path = isDrain ? "/andon/drain" : "/andon/halt";
        boolean isAwaited =
                findings.figures().getOrDefault("acknowledged_halts", 0L) == 0
                        || random.nextInt(3) > 0;
        Thread operator =
                Threads.startVirtual(
                        "operator",
                        () -> {
                            if (operate(node.admin(), path, TOOL + "}")) {
                                haltedNanos.set(System.nanoTime());
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
        boolean isAcknowledged = haltedNanos.get() != Long.MAX_VALUE;
        known = isAcknowledged ? Known.HALTED : Known.EITHER;
        findings.count(isAcknowledged ? "acknowledged_halts" : "halts_cut_short", 1);
    }

    private static void pause(Random random, int millis) {
        LockSupport.parkNanos(Duration.ofMillis(random.nextInt(millis)).toNanos());
    }

    /** The node must answer the tool as is known. */
    private void expect(NodeProcess node, String when) throws IOException {
        String answer;
        try (RawHttp http = new RawHttp(node.mcp(), PATIENCE)) {
            answer = echo(http, 1);
        }
        boolean isRefused = answer.contains("-31002") && answer.contains("\"tools/echo\"");
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
        for (int i = 0; i < trial.pick(1, 3, 30); i++) {
            HaltsUnderKill.flipAByte(HaltsUnderKill.halts(folder), random);
            try (NodeProcess node = trial.launch().start(settings(), "--port", "0")) {
                String answer;
                try (RawHttp http = new RawHttp(node.mcp(), PATIENCE)) {
                    answer = echo(http, 1);
                }
                findings.check(
                        answer.contains("-31002") && answer.contains("\"node\""),
                        "a damaged halt state does not halt: " + answer);
                findings.check(
                        readyStatus(node.admin()) == 503,
                        "a node with a damaged halt state says that it is ready");
                findings.count("damaged_files", 1);
                operate(
                        node.admin(),
                        "/andon/resume",
                        "{\"component\":\"node\",\"cause\":\"a\",\"fix\":\"b\",\"prevention\":\"c\"}");
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

    /** A session in memory, which a stop in order saves. */
    private static void openSession(URI mcp) throws IOException {
        try (RawHttp http = new RawHttp(mcp, PATIENCE)) {
            http.post(Rpc.bytes(Rpc.initialize(1)));
            http.answer();
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

    private static void call(URI mcp, ConcurrentLinkedQueue<Success> successes) {
        try (RawHttp http = new RawHttp(mcp, PATIENCE)) {
            for (int id = 1; true; id++) {
                long sent = System.nanoTime();
                if (echo(http, id).contains("\"result\"")) {
                    successes.add(new Success(sent));
                } else {
                    LockSupport.parkNanos(Duration.ofMillis(5).toNanos());
                }
            }
        } catch (IOException killed) {
            // The node is gone, which is what this waits for.
        }
    }

    private static String echo(RawHttp http, int id) throws IOException {
        JsonObject message = HaltsUnderKill.echo(id);
        http.post(Rpc.bytes(message), RawHttp.modernHeaders(message));
        return http.answer().text();
    }

    /** True when the node acknowledged. */
    private static boolean operate(URI admin, String path, String body) {
        try (RawHttp http = new RawHttp(admin.resolve(path), PATIENCE)) {
            http.post(body.getBytes(StandardCharsets.UTF_8));
            RawHttp.Answer answer = http.answer();
            return answer.status() == 200
                    && Json.parseObject(answer.text()).bool("kept").orElse(false);
        } catch (IOException killed) {
            return false;
        }
    }
}
