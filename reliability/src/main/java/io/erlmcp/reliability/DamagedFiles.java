package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonValue;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Principal;
import io.erlmcp.session.EventId;
import io.erlmcp.session.EventLog;
import io.erlmcp.session.SessionRecord;
import io.erlmcp.store.DiskStore;
import io.erlmcp.store.StoreCheck;
import io.erlmcp.store.StoreConfig;
import io.erlmcp.store.StoreDamaged;
import io.erlmcp.store.StoreRepair;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Stream;

/**
 * R03: files of the disk store are truncated and bits in them flipped. Each damage is found: the
 * store refuses to open and names the commands, or what is damaged is not read, or {@code store
 * check} finds it; no wrong value is ever given out. A repair leaves a store that opens and gives
 * out nothing wrong.
 */
final class DamagedFiles implements Guarantee {
    private static final String FORGED = "forge-a-record";
    private static final String NO_MARK = "remove-the-mark";
    private static final int SESSIONS = 300;
    private static final int EVENTS = 20;
    private static final int EVENT_SESSIONS = 20;

    @Override
    public String id() {
        return "R03";
    }

    @Override
    public String title() {
        return "Truncated and bit-flipped files of the disk store: every damage detected, no wrong"
                + " value served, a repair saves the rest";
    }

    @Override
    public List<String> plants() {
        return List.of(FORGED, NO_MARK);
    }

    /** What was written. */
    private record Written(
            Map<String, SessionRecord> sessions,
            Map<String, EventId> firstEvents,
            JsonValue value) {}

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        Random random = trial.random("damages");
        try (Folder folder = new Folder("r03")) {
            Path whole = folder.path().resolve("whole");
            Written written = write(whole);
            int damages = trial.pick(15, 60, 600);
            for (int i = 0; i < damages; i++) {
                Path copy = folder.path().resolve("damage-" + i);
                Folder.copy(whole, copy);
                String what =
                        trial.plant() == null ? damage(copy, random) : plant(trial, copy, random);
                judge(what, copy, written, trial.plant() == null, findings);
                Folder.delete(copy);
                Folder.delete(folder.path().resolve("damage-" + i + ".damaged"));
                Folder.delete(folder.path().resolve("damage-" + i + ".unfinished"));
            }
            refusedByANode(trial, folder, whole, random, findings);
        }
    }

    // ---- what is written ----

    /** Opened several times, so that a part is in tables and a part in the log. */
    private static Written write(Path folder) throws Exception {
        Map<String, SessionRecord> sessions = new LinkedHashMap<>();
        Map<String, EventId> firstEvents = new LinkedHashMap<>();
        for (int part = 0; part < 3; part++) {
            try (DiskStore store = open(folder)) {
                for (int i = part; i < SESSIONS; i += 3) {
                    SessionRecord session = session(i);
                    store.sessions().create(session);
                    sessions.put(session.id(), session);
                }
                appendEvents(store, part, firstEvents);
                store.values().put("value", JsonNumber.of(part));
            }
        }
        return new Written(sessions, firstEvents, JsonNumber.of(2));
    }

    private static void appendEvents(DiskStore store, int part, Map<String, EventId> firstEvents) {
        for (int i = part; i < EVENT_SESSIONS; i += 3) {
            EventLog log = store.events().create(session(i).id());
            for (int e = 0; e < EVENTS; e++) {
                EventId id = log.append("g", event(i, e));
                firstEvents.putIfAbsent(session(i).id(), id);
            }
        }
    }

    private static DiskStore open(Path folder) throws StoreDamaged, IOException {
        StoreConfig usual = StoreConfig.in(folder);
        return DiskStore.open(
                new StoreConfig(
                        folder,
                        usual.events(),
                        usual.maxValues(),
                        usual.maxWaiting(),
                        Duration.ofSeconds(10),
                        usual.retry()),
                Time.system(),
                Observer.NONE);
    }

    private static SessionRecord session(int i) {
        return new SessionRecord(
                "session-" + i,
                1,
                new Principal("principal-" + i % 7, Set.of("scope-" + i % 3)),
                Revision.LATEST_LEGACY,
                ClientCapabilities.NONE,
                null,
                LogLevel.INFO,
                Set.of("test://" + i),
                Map.of("number", "" + i),
                true,
                Instant.ofEpochMilli(i),
                Instant.ofEpochMilli(i));
    }

    private static byte[] event(int session, int number) {
        return ("event " + number + " of " + session).getBytes(StandardCharsets.UTF_8);
    }

    // ---- what is done to it ----

    /** Files that hold data or say where it is. The others are notes for people and locks. */
    private static List<Path> files(Path store) throws IOException {
        try (Stream<Path> all = Files.list(store.resolve("db"))) {
            return all.filter(
                            it ->
                                    it.getFileName()
                                            .toString()
                                            .matches(".*\\.(sst|log)|MANIFEST.*|CURRENT"))
                    .filter(it -> it.toFile().length() > 0)
                    .sorted()
                    .toList();
        }
    }

    private static String damage(Path store, Random random) throws IOException {
        List<Path> files = files(store);
        Path file = files.get(random.nextInt(files.size()));
        try (RandomAccessFile bytes = new RandomAccessFile(file.toFile(), "rw")) {
            long at = random.nextLong(bytes.length());
            String what = file.getFileName() + " of " + bytes.length() + " bytes ";
            if (random.nextInt(3) == 0) {
                bytes.setLength(at);
                return what + "truncated to " + at;
            }
            bytes.seek(at);
            int old = bytes.read();
            int bit = random.nextInt(8);
            bytes.seek(at);
            bytes.write(old ^ (1 << bit));
            return what + "with bit " + bit + " of byte " + at + " flipped";
        }
    }

    private static String plant(Trial trial, Path store, Random random) throws Exception {
        if (trial.isPlanted(NO_MARK)) {
            Files.delete(store.resolve("synced"));
            List<Path> logs =
                    files(store).stream().filter(it -> it.toString().endsWith(".log")).toList();
            try (RandomAccessFile log = new RandomAccessFile(logs.getLast().toFile(), "rw")) {
                log.setLength(random.nextLong(log.length()));
            }
            return "the log cut, and the mark removed that would have told";
        }
        try (DiskStore forger = open(store)) {
            SessionRecord old = session(random.nextInt(SESSIONS));
            forger.sessions()
                    .update(
                            new SessionRecord(
                                    old.id(),
                                    old.version() + 1,
                                    new Principal("somebody else", Set.of()),
                                    old.revision(),
                                    old.capabilities(),
                                    old.clientInfo(),
                                    old.logLevel(),
                                    old.subscriptions(),
                                    old.metadata(),
                                    old.initialized(),
                                    old.created(),
                                    old.updated()));
        }
        return "a record forged with the right checksums";
    }

    // ---- what must come of it ----

    private static void judge(
            String what, Path store, Written written, boolean repairs, Findings findings)
            throws IOException {
        findings.count("damages", 1);
        boolean checkFinds = !StoreCheck.check(store).isWhole();
        boolean isFound = checkFinds;
        try (DiskStore open = open(store)) {
            isFound |= compare(what, open, written, false, findings);
            findings.count("opened", 1);
        } catch (StoreDamaged refused) {
            findings.check(
                    String.valueOf(refused.getMessage()).contains("store repair"),
                    what + ": the refusal names no command: " + refused.getMessage());
            findings.count("refused", 1);
            isFound = true;
        }
        findings.count("found_by_check", checkFinds ? 1 : 0);
        findings.check(isFound, what + ": nobody found it");
        if (repairs && checkFinds) {
            repair(what, store, written, findings);
        }
    }

    /** True when a part could not be read, and that was said. */
    private static boolean compare(
            String what, DiskStore open, Written written, boolean mayMiss, Findings findings) {
        List<String> unreadable = new ArrayList<>();
        for (SessionRecord session : written.sessions().values()) {
            try {
                SessionRecord read = open.sessions().read(session.id()).orElse(null);
                if (read == null) {
                    findings.check(mayMiss, what + ": a session is silently gone");
                } else {
                    findings.check(
                            read.equals(session), what + ": a session is not what was written");
                }
            } catch (McpException said) {
                unreadable.add(session.id());
            }
        }
        for (Map.Entry<String, EventId> first : written.firstEvents().entrySet()) {
            try {
                events(what, open, first.getKey(), first.getValue(), findings);
            } catch (McpException said) {
                unreadable.add(first.getKey());
            }
        }
        try {
            JsonValue value = open.values().get("value").orElse(null);
            findings.check(
                    mayMiss || written.value().equals(value), what + ": the value is " + value);
        } catch (McpException said) {
            unreadable.add("value");
        }
        return !unreadable.isEmpty();
    }

    /** Events may be gone, which is an explicit error, but not in between and not changed. */
    private static void events(
            String what, DiskStore open, String session, EventId first, Findings findings) {
        List<EventLog.Entry> later = open.events().reopen(session).after(first).orElse(null);
        if (later == null) {
            return;
        }
        int number = Integer.parseInt(session.substring(session.indexOf('-') + 1));
        for (int i = 0; i < later.size(); i++) {
            if (!Arrays.equals(later.get(i).data(), event(number, i + 1))) {
                findings.fail(what + ": an event is not what was written");
                return;
            }
        }
    }

    private static void repair(String what, Path store, Written written, Findings findings)
            throws IOException {
        try {
            StoreRepair.Repaired repaired = StoreRepair.repair(store, Instant.now());
            findings.check(
                    repaired.found().isWhole(),
                    what + ": after the repair " + repaired.found().problems());
            findings.count("repaired", 1);
            findings.count("sessions_saved", repaired.found().sessions());
            try (DiskStore open = open(store)) {
                compare(what + ", repaired", open, written, true, findings);
            } catch (StoreDamaged e) {
                findings.fail(what + ": the repaired store does not open: " + e.getMessage());
            }
        } catch (IOException nothingToSave) {
            findings.count("nothing_to_save", 1);
            findings.check(
                    String.valueOf(nothingToSave.getMessage()).contains("nothing can be saved"),
                    what + ": the repair failed: " + nothingToSave);
        }
    }

    /** The same through a node: one line that names the command, and exit code 1. */
    private static void refusedByANode(
            Trial trial, Folder folder, Path whole, Random random, Findings findings)
            throws IOException, InterruptedException {
        Folder.copy(whole, makeParent(folder.store()));
        Path log =
                files(folder.store()).stream()
                        .filter(it -> it.toString().endsWith(".log"))
                        .toList()
                        .getLast();
        try (RandomAccessFile bytes = new RandomAccessFile(log.toFile(), "rw")) {
            bytes.setLength(random.nextLong(bytes.length()));
        }
        try (NodeProcess node = trial.launch().start(folder.diskBackend(), "--port", "0")) {
            findings.fail("a node started on a damaged store at " + node.mcp());
        } catch (IOException refused) {
            findings.check(
                    String.valueOf(refused.getMessage()).contains("store repair"),
                    "a node refused a damaged store without a way out: " + refused.getMessage());
            findings.count("refused_by_a_node", 1);
        }
    }

    private static Path makeParent(Path folder) throws IOException {
        Files.createDirectories(folder.getParent());
        return folder;
    }
}
