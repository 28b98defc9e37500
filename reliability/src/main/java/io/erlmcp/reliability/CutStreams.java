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
 * R11: event streams are cut at random bytes and resumed with Last-Event-ID, those of legacy calls
 * and those of sessions that subscribed ({@link CutListeners}), with sessions in memory and on the
 * disk. Some of the cuts are a kill -9 of a node that keeps its sessions on the disk. Every event
 * arrives once and in order; what the log does not hold any more is refused, and a call that died
 * with the node ends with the error that says so.
 */
final class CutStreams implements Guarantee {
    static final String FORGET = "forget-an-event";
    static final String EARLY = "come-back-too-early";
    static final Duration PATIENCE = Duration.ofSeconds(30);
    static final int EVENTS = 500;
    static final int CUTS = 5;
    private static final int EVENT_BYTES = 40;
    private static final int SESSIONS = 4;
    private static final int INTERRUPTED = -31004;

    /** What the guarantee names, of all streams together. */
    private static final int FULL_CUTS = 1_000;

    private static final int FULL_EVENTS = 100_000;

    /** More than the log of a session holds. */
    private static final int BEYOND_THE_LOG = 1_500;

    /** A call whose events fit into the log, and not into the buffers on the way. */
    private static final int LONG_CALL_EVENTS = 300;

    private static final int LONG_EVENT_BYTES = 6_000;
    private static final int SMALL_WINDOW_BYTES = 4 << 10;

    @Override
    public String id() {
        return "R11";
    }

    @Override
    public String title() {
        return "Event streams of calls and of sessions cut at random bytes and resumed by"
                + " Last-Event-ID, sessions in memory and on the disk: nothing lost, repeated or"
                + " out of order, also across kill -9; evicted history is an explicit error";
    }

    @Override
    public List<String> plants() {
        return List.of(FORGET, EARLY);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        try (NodeProcess node = trial.launch().start("--port", "0")) {
            all(trial, node.mcp(), trial.pick(2, 6, 60), findings);
        }
        int kills = trial.pick(1, 3, 30);
        try (Folder folder = new Folder("r11")) {
            Map<String, String> disk = folder.diskBackend();
            try (NodeProcess node = trial.launch().start(disk, "--port", "0")) {
                all(trial, node.mcp(), trial.pick(4, 12, 200), findings);
            }
            Random random = trial.random("kills");
            for (int i = 0; i < kills; i++) {
                killed(trial, folder.path(), disk, random, findings);
            }
        }
        if (trial.plant() == null) {
            checkEnough(trial, kills, findings);
        }
    }

    /** On one node: calls, sessions that listen, and what was evicted. */
    private static void all(Trial trial, URI server, int calls, Findings findings)
            throws IOException, InterruptedException {
        cuts(trial, server, calls, findings);
        new CutListeners(trial, server, findings).run(Math.max(1, calls / 5));
        evicted(server, findings);
    }

    /** A run that cut less than it says has shown nothing. */
    private static void checkEnough(Trial trial, int kills, Findings findings) {
        Map<String, Long> figures = findings.figures();
        boolean isFull = trial.size() == Trial.Size.FULL;
        atLeast(figures, "cuts", isFull ? FULL_CUTS : CUTS * trial.pick(6, 18, 0), findings);
        atLeast(figures, "events", isFull ? FULL_EVENTS : EVENTS * trial.pick(6, 18, 0), findings);
        atLeast(figures, "cuts_of_listeners", CUTS * 2, findings);
        atLeast(figures, "evicted_history_refused", 2, findings);
        atLeast(figures, "interrupted", (kills + 1) / 2, findings);
    }

    private static void atLeast(
            Map<String, Long> figures, String figure, long least, Findings findings) {
        long found = figures.getOrDefault(figure, 0L);
        findings.check(found >= least, figure + " are " + found + ", not " + least);
    }

    private static void cuts(Trial trial, URI server, int calls, Findings findings)
            throws InterruptedException {
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

    static String[] session(URI server) throws IOException {
        try (RawHttp first = new RawHttp(server, PATIENCE)) {
            return Load.session(first);
        }
    }

    static JsonObject emit(int id, int events, int bytes) {
        JsonObject params =
                Rpc.call("emit", JsonObject.of("n", events, "bytes", bytes))
                        .with("_meta", JsonObject.of("progressToken", "t"));
        return Rpc.legacy(id, "tools/call", params);
    }

    private static void call(
            Trial trial, URI server, String[] session, Random random, Findings findings)
            throws IOException, ResumingReader.Refused {
        ResumingReader reader = planted(trial, new ResumingReader(session, PATIENCE));
        long share = (long) EVENTS * 200 / CUTS;
        ResumingReader.Ending ending =
                reader.call(server, emit(1, EVENTS, EVENT_BYTES), random.nextLong(share) + 1);
        int cuts = resume(reader, ending, server, share, random, findings);
        findings.count("cuts", cuts);
        findings.count("events", reader.messages().size());
        findings.count("repeated", reader.repeated());
        findings.check(reader.repeated() == 0, reader.repeated() + " events came twice");
        checkOrder(reader, EVENTS, findings);
        JsonObject last = reader.messages().getLast();
        findings.check(last.has("result"), "the stream ended with " + shortened(last));
    }

    static ResumingReader planted(Trial trial, ResumingReader reader) {
        if (trial.isPlanted(FORGET)) {
            reader.forgetOne();
        } else if (trial.isPlanted(EARLY)) {
            reader.comeBackEarly();
        }
        return reader;
    }

    /** Comes back until the stream is complete, and loses it some times before; counts those. */
    static int resume(
            ResumingReader reader,
            ResumingReader.Ending first,
            URI server,
            long share,
            Random random,
            Findings findings)
            throws IOException, ResumingReader.Refused {
        ResumingReader.Ending ending = first;
        int cuts = 0;
        while (ending != ResumingReader.Ending.COMPLETE) {
            findings.check(
                    ending == ResumingReader.Ending.CUT, "a stream broke that nobody had cut");
            cuts++;
            long budget = cuts < CUTS ? random.nextLong(share) + 1 : Long.MAX_VALUE;
            ending = reader.resume(server, budget);
        }
        return cuts;
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

    /** Fills the log of a session and comes back for what was first: the status of the answer. */
    static int loseHistory(URI server, int events) throws IOException {
        String[] session = session(server);
        ResumingReader reader = new ResumingReader(session, PATIENCE);
        reader.call(server, emit(1, 10, 10), 1);
        new ResumingReader(session, PATIENCE).call(server, emit(2, events, 10), Long.MAX_VALUE);
        try {
            reader.resume(server, Long.MAX_VALUE);
            return 200;
        } catch (ResumingReader.Refused refused) {
            return refused.status();
        }
    }

    /** Another call of the session fills the log, so that nothing is left of the first one. */
    private static void evicted(URI server, Findings findings) throws IOException {
        String[] session = session(server);
        ResumingReader reader = new ResumingReader(session, PATIENCE);
        reader.call(server, emit(1, 10, 10), 1);
        ResumingReader other = new ResumingReader(session, PATIENCE);
        ResumingReader.Ending whole =
                other.call(server, emit(2, BEYOND_THE_LOG, 10), Long.MAX_VALUE);
        findings.check(
                whole == ResumingReader.Ending.COMPLETE,
                "the call that fills the log was " + whole);
        checkOrder(other, BEYOND_THE_LOG, findings);
        try {
            reader.resume(server, Long.MAX_VALUE);
            findings.fail(
                    "history that is gone was resumed, with "
                            + reader.messages().size()
                            + " messages");
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
                    emit(1, LONG_CALL_EVENTS, LONG_EVENT_BYTES),
                    random.nextInt(LONG_CALL_EVENTS / 2) * (long) LONG_EVENT_BYTES + 1,
                    SMALL_WINDOW_BYTES,
                    node::kill);
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
