package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * R11: event streams of legacy calls are cut at random bytes and resumed with Last-Event-ID; some
 * of the cuts are a kill -9 of the node, which keeps its sessions on the disk. Every event arrives
 * once and in order; what the log does not hold any more is refused, and a call that died with the
 * node ends with the error that says so.
 */
final class CutStreams implements Guarantee {
    private static final String FORGET = "forget-an-event";
    private static final String EARLY = "come-back-too-early";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int EVENTS_PER_CALL = 500;
    private static final int CUTS_PER_CALL = 5;
    private static final int EVENT_BYTES = 40;
    private static final int SESSIONS = 4;
    private static final int INTERRUPTED = -31004;

    /** A call whose events fit into the log, and not into the buffers on the way. */
    private static final int LONG_CALL_EVENTS = 600;

    private static final int LONG_EVENT_BYTES = 6_000;

    @Override
    public String id() {
        return "R11";
    }

    @Override
    public String title() {
        return "Event streams cut at random bytes and resumed by Last-Event-ID: nothing lost,"
                + " repeated or out of order, also across kill -9; evicted history is an explicit"
                + " error";
    }

    @Override
    public List<String> plants() {
        return List.of(FORGET, EARLY);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        try (Folder folder = new Folder("r11")) {
            Map<String, String> disk = folder.diskBackend();
            try (NodeProcess node = trial.launch().start(disk, "--port", "0")) {
                cuts(trial, node.mcp(), findings);
                evicted(node.mcp(), findings);
            }
            int kills = trial.pick(1, 3, 30);
            Random random = trial.random("kills");
            for (int i = 0; i < kills; i++) {
                killed(trial, folder.path(), disk, random, findings);
            }
        }
    }

    private static void cuts(Trial trial, URI server, Findings findings)
            throws InterruptedException {
        int calls = trial.pick(4, 12, 200);
        AtomicInteger next = new AtomicInteger();
        List<Thread> readers = new ArrayList<>();
        for (int s = 0; s < SESSIONS; s++) {
            Random random = trial.random("session " + s);
            readers.add(
                    Threads.startVirtual(
                            "session " + s,
                            () -> {
                                try {
                                    String[] session = session(server);
                                    while (next.getAndIncrement() < calls) {
                                        call(trial, server, session, random, findings);
                                    }
                                } catch (IOException | ResumingReader.Refused e) {
                                    findings.fail(Thread.currentThread().getName() + ": " + e);
                                }
                            }));
        }
        for (Thread reader : readers) {
            reader.join();
        }
    }

    private static String[] session(URI server) throws IOException {
        try (RawHttp first = new RawHttp(server, PATIENCE)) {
            return Load.session(first);
        }
    }

    private static JsonObject emit(int events, int bytes) {
        JsonObject params =
                Rpc.call("emit", JsonObject.of("n", events, "bytes", bytes))
                        .with("_meta", JsonObject.of("progressToken", "t"));
        return Rpc.legacy(1, "tools/call", params);
    }

    private static void call(
            Trial trial, URI server, String[] session, Random random, Findings findings)
            throws IOException, ResumingReader.Refused {
        ResumingReader reader = new ResumingReader(session, PATIENCE);
        if (trial.isPlanted(FORGET)) {
            reader.forgetOne();
        } else if (trial.isPlanted(EARLY)) {
            reader.comeBackEarly();
        }
        long share = (long) EVENTS_PER_CALL * 200 / CUTS_PER_CALL;
        ResumingReader.Ending ending =
                reader.call(server, emit(EVENTS_PER_CALL, EVENT_BYTES), random.nextLong(share) + 1);
        int cuts = 0;
        while (ending != ResumingReader.Ending.COMPLETE) {
            findings.check(
                    ending == ResumingReader.Ending.CUT, "a stream broke that nobody had cut");
            cuts++;
            long budget = cuts < CUTS_PER_CALL ? random.nextLong(share) + 1 : Long.MAX_VALUE;
            ending = reader.resume(server, budget);
        }
        findings.count("cuts", cuts);
        findings.count("events", reader.messages().size());
        findings.count("repeated", reader.repeated());
        findings.check(reader.repeated() == 0, reader.repeated() + " events came twice");
        checkOrder(reader, EVENTS_PER_CALL, findings);
        JsonObject last = reader.messages().getLast();
        findings.check(last.has("result"), "the stream ended with " + shortened(last));
    }

    /**
     * Progress 1, 2, 3 and so on, then the answer.
     *
     * @param all how many there must be; -1 when the node died
     */
    private static void checkOrder(ResumingReader reader, int all, Findings findings) {
        List<JsonObject> progress =
                reader.messages().stream().filter(it -> it.has("method")).toList();
        for (int i = 0; i < progress.size(); i++) {
            double value = progress.get(i).requireObject("params").number("progress").orElse(-1.0);
            if (value != i + 1) {
                findings.fail("event " + (i + 1) + " says it is number " + value);
                return;
            }
        }
        findings.check(
                all < 0 || progress.size() == all, progress.size() + " events arrived, not " + all);
    }

    private static void evicted(URI server, Findings findings) throws IOException {
        ResumingReader reader = new ResumingReader(session(server), PATIENCE);
        reader.call(server, emit(3_000, 10), 1);
        try {
            ResumingReader.Ending ending = reader.resume(server, Long.MAX_VALUE);
            // The call may not have come to the bound yet: then nothing was evicted.
            checkOrder(reader, 3_000, findings);
            findings.check(
                    ending == ResumingReader.Ending.COMPLETE
                            && reader.messages().getLast().has("result"),
                    "a resume past the bound of the log went on in the middle");
            findings.count("resumes_before_the_bound", 1);
        } catch (ResumingReader.Refused refused) {
            findings.check(
                    refused.status() == 400
                            && String.valueOf(refused.getMessage()).contains("not kept"),
                    "evicted history was refused with " + refused.getMessage());
            findings.count("evicted_history_refused", 1);
        }
    }

    private static void killed(
            Trial trial, Path folder, Map<String, String> disk, Random random, Findings findings)
            throws Exception {
        ResumingReader reader;
        try (NodeProcess node = trial.launch().start(disk, "--port", "0")) {
            reader = new ResumingReader(session(node.mcp()), PATIENCE);
            reader.call(
                    node.mcp(),
                    emit(LONG_CALL_EVENTS, LONG_EVENT_BYTES),
                    random.nextInt(LONG_CALL_EVENTS / 2) * (long) LONG_EVENT_BYTES + 1);
            node.kill();
            node.exitCode(PATIENCE);
        }
        int before = reader.messages().size();
        if (trial.isPlanted(FORGET)) {
            reader.forgetOne();
        }
        try (NodeProcess node = trial.launch().start(disk, "--port", "0")) {
            ResumingReader.Ending ending = reader.resume(node.mcp(), Long.MAX_VALUE);
            JsonObject last = reader.messages().getLast();
            findings.count("kills", 1);
            findings.count("events_after_kill", reader.messages().size() - before);
            findings.check(reader.repeated() == 0, reader.repeated() + " events came twice");
            boolean isAnswered = last.has("result");
            checkOrder(reader, isAnswered ? LONG_CALL_EVENTS : -1, findings);
            long code = last.object("error").flatMap(it -> it.integer("code")).orElse(0L);
            findings.check(
                    ending == ResumingReader.Ending.COMPLETE && (isAnswered || code == INTERRUPTED),
                    "the stream of a killed node ended with " + shortened(last) + " in " + folder);
            findings.count("interrupted", code == INTERRUPTED ? 1 : 0);
        } catch (ResumingReader.Refused refused) {
            findings.fail("after kill -9: " + refused.getMessage());
        }
    }

    private static String shortened(JsonObject message) {
        String text = message.toJson();
        return text.length() <= 200 ? text : text.substring(0, 200);
    }
}
