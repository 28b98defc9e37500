package io.erlmcp.reliability;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonLimits;
import io.erlmcp.andon.Components;
import io.erlmcp.andon.Disk;
import io.erlmcp.andon.ReceiptCheck;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * R22: the process dies at every write of the andon store, and a node is killed while halts, stops
 * in order and saves are under way. A halt that was acknowledged holds; a file that cannot be read
 * means halted.
 */
final class HaltsUnderKill implements Guarantee {
    static final String IN_PLACE = "write-in-place";
    static final String ANOTHER = "halt-another-tool";
    static final String TWICE = "send-twice";
    private static final String FORGOTTEN = "forget-the-folder";
    private static final List<String> WAYS = List.of("BEFORE", "HALFWAY", "AFTER");

    @Override
    public String id() {
        return "R22";
    }

    @Override
    public String title() {
        return "kill -9 at every write of the andon store, and in halts, drains and saves: 0 tool"
                + " calls after an acknowledged halt, none runs twice, no acknowledged session"
                + " lost; an unreadable file means halted";
    }

    @Override
    public List<String> plants() {
        return List.of(FORGOTTEN, IN_PLACE, ANOTHER, TWICE);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        if (trial.plant() == null || trial.isPlanted(IN_PLACE)) {
            everyWrite(trial, findings);
        }
        if (!trial.isPlanted(IN_PLACE)) {
            for (boolean isOnDisk : List.of(true, false)) {
                kills(trial, isOnDisk, findings);
            }
        }
    }

    private static void kills(Trial trial, boolean isOnDisk, Findings findings) throws Exception {
        try (Folder folder = new Folder("r22")) {
            KilledNode node = new KilledNode(trial, folder, isOnDisk, findings);
            Random random = trial.random("kills " + isOnDisk);
            int rounds = trial.pick(2, 5, 60);
            for (int i = 0; i < rounds; i++) {
                node.round(random, trial.isPlanted(FORGOTTEN));
            }
            if (trial.plant() == null) {
                node.damaged(random);
            }
        }
    }

    /** All writes in a full run, a seeded part of them otherwise, half of them in a control. */
    private static void everyWrite(Trial trial, Findings findings) throws Exception {
        Random random = trial.random("writes");
        // what is written in place is damaged in few of the writes, which a control must meet
        int part = trial.isPlanted(IN_PLACE) ? 2 : trial.pick(12, 6, 1);
        for (String way : WAYS) {
            boolean isOver = false;
            for (int steps = random.nextInt(part);
                    !isOver;
                    steps += 1 + random.nextInt(2 * part - 1)) {
                try (Folder folder = new Folder("r22")) {
                    isOver = dieAt(folder.path(), steps, way, trial.plant(), findings);
                }
            }
        }
    }

    /** Returns true when the script came to its end before that write. */
    private static boolean dieAt(
            Path folder, int steps, String way, @Nullable String plant, Findings findings)
            throws IOException, InterruptedException {
        Process script = script(folder, steps, way, plant);
        List<String> acknowledged =
                new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                        .lines()
                        .toList();
        int code = script.waitFor();
        String where = way + " write " + steps + ", acknowledged " + acknowledged;
        findings.check(code == 0 || code == AndonScript.DIED, where + ": exit code " + code);
        findings.count("deaths_at_a_write", code == 0 ? 0 : 1);
        findings.count("acknowledged_changes", acknowledged.size());
        Andon andon =
                Andon.open(folder, AndonLimits.DEFAULTS, Disk.REAL, Time.system(), Observer.NONE);
        findings.check(
                !andon.isHalted(ComponentId.NODE),
                where + ": the halt state was damaged: " + andon.halts());
        for (String tool : List.of("a", "b", "c")) {
            if (!tool.equals(open(acknowledged))) {
                findings.check(
                        andon.isHalted(Components.tool(tool)) == mustHold(tool, acknowledged),
                        where + ": " + tool + " is " + andon.state(Components.tool(tool)));
            }
        }
        ReceiptCheck.Found receipts = ReceiptCheck.check(folder.resolve(Andon.FOLDER));
        findings.check(receipts.isWhole(), where + ": receipts: " + receipts.problems());
        findings.check(
                receipts.receipts() >= acknowledged.size(),
                where + ": only " + receipts.receipts() + " receipts");
        return code == 0;
    }

    /** The tool whose change was under way, so that both states are right; empty for none. */
    private static String open(List<String> acknowledged) {
        return acknowledged.size() < AndonScript.ACTIONS.size()
                ? AndonScript.ACTIONS.get(acknowledged.size()).split(" ")[1]
                : "";
    }

    private static boolean mustHold(String tool, List<String> acknowledged) {
        return acknowledged.lastIndexOf("halt " + tool)
                > acknowledged.lastIndexOf("resume " + tool);
    }

    private static Process script(Path folder, int steps, String way, @Nullable String plant)
            throws IOException {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path", ""));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xshare:auto",
                                "-Xlog:disable",
                                "-cp",
                                classPath,
                                AndonScript.class.getName(),
                                folder.toString(),
                                Integer.toString(steps),
                                way));
        if (plant != null) {
            command.add(plant);
        }
        return new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    }

    /** For {@link KilledNode}: the halt state of its node. */
    static Path halts(Folder folder) {
        return folder.path().resolve("data").resolve(Andon.FOLDER).resolve("halts.json");
    }

    static void flipAByte(Path file, Random random) throws IOException {
        byte[] bytes = Files.readAllBytes(file);
        bytes[random.nextInt(bytes.length)] ^= (byte) (1 << random.nextInt(8));
        Files.write(file, bytes);
    }
}
