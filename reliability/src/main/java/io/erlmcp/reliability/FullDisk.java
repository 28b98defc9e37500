package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * R04, the disk that takes no writes. What the kernel refuses is {@link FailingCalls}. The full
 * disk is here: the store lies on a file system of its own, which is filled under load. Nothing is
 * acknowledged that is not there afterwards; the process lives, sessions are read, the failure is
 * told and counted within 5 s, and writes go on by themselves once there is room.
 */
final class FullDisk implements Guarantee {
    private static final String PRETEND = "take-refusals-for-acknowledgements";
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final long TOLD_MILLIS = 5_000;
    private static final long RECOVERY_MILLIS = 10_000;
    private static final int SIZE_MB = 60;
    private static final int BEFORE = 20;
    private static final int MOST_UNTIL_FULL = 200_000;

    @Override
    public String id() {
        return "R04";
    }

    @Override
    public String title() {
        return "Disk full, EIO, failed fsync: not acknowledged, process lives, reads work, told"
                + " within 5 s, recovers by itself (needs the right to mount, and strace)";
    }

    @Override
    public List<String> plants() {
        return List.of(PRETEND, FailingCalls.NO_FAULT);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        FailingCalls.run(trial, findings);
        int rounds = trial.pick(1, 2, 20);
        for (int i = 0; i < rounds; i++) {
            try (Folder folder = new Folder("r04")) {
                Path disk = Files.createDirectory(folder.path().resolve("disk"));
                Tools.run("mount", "-t", "tmpfs", "-o", "size=" + SIZE_MB + "m", "none", "" + disk);
                try {
                    round(trial, folder, disk, findings);
                } finally {
                    Tools.run("umount", "" + disk);
                }
            }
        }
    }

    private static void round(Trial trial, Folder folder, Path disk, Findings findings)
            throws Exception {
        Map<String, String> settings = new HashMap<>(folder.diskBackend());
        settings.put("ERLMCP_DATA_DIR", disk.resolve("data").toString());
        // no session is to make room for another: what is missing was lost
        settings.put("ERLMCP_SESSIONS_MAX", "" + 2 * MOST_UNTIL_FULL);
        settings.put("ERLMCP_SESSIONS_MAX_PER_ADDRESS", "" + 2 * MOST_UNTIL_FULL);
        List<String> acknowledged = new ArrayList<>();
        try (NodeProcess node = trial.launch().start(settings, "--port", "0")) {
            for (int i = 0; i < BEFORE; i++) {
                acknowledged.add(open(node.mcp()));
            }
            node.kill();
            node.exitCode(PATIENCE);
        }
        List<String> old = List.copyOf(acknowledged);
        try (NodeProcess node = trial.launch().start(settings, "--port", "0")) {
            whileFull(trial, node, disk, old, acknowledged, findings);
            node.kill();
            node.exitCode(PATIENCE);
        }
        try (NodeProcess node = trial.launch().start(settings, "--port", "0")) {
            for (String id : acknowledged) {
                int status = KilledWhileWriting.ping(node.mcp(), id);
                findings.check(status == 200, "an acknowledged session answers " + status);
            }
            findings.count("acknowledged", acknowledged.size());
            node.kill();
            node.exitCode(PATIENCE);
        }
    }

    private static void whileFull(
            Trial trial,
            NodeProcess node,
            Path disk,
            List<String> old,
            List<String> acknowledged,
            Findings findings)
            throws IOException, InterruptedException {
        Path filler = disk.resolve("filler");
        fill(filler);
        openUntilRefused(node.mcp(), acknowledged);
        long began = System.nanoTime();
        if (trial.isPlanted(PRETEND)) {
            acknowledged.add("never-issued");
        }
        for (String id : old) {
            int status = KilledWhileWriting.ping(node.mcp(), id);
            findings.check(status == 200, "while the disk is full a session answers " + status);
            findings.count("reads_while_full", 1);
        }
        findings.check(
                within(TOLD_MILLIS, () -> isTold(node.admin())),
                "no metric tells of the failure within " + TOLD_MILLIS + " ms");
        findings.check(node.isAlive(), "the process ended: " + node.lastLines());
        findings.largest("told_after_ms", millisSince(began));
        Files.delete(filler);
        long room = System.nanoTime();
        findings.check(
                within(RECOVERY_MILLIS, () -> acknowledged.add(open(node.mcp()))),
                "no writes " + RECOVERY_MILLIS + " ms after there was room");
        findings.largest("recovered_after_ms", millisSince(room));
        findings.count("full_disks", 1);
    }

    static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }

    /** Something that may fail for a while. */
    interface Attempt {
        boolean succeeds() throws IOException;
    }

    static boolean within(long millis, Attempt attempt) {
        long began = System.nanoTime();
        while (millisSince(began) <= millis) {
            try {
                if (attempt.succeeds()) {
                    return true;
                }
            } catch (IOException notYet) {
                // as good as no
            }
            LockSupport.parkNanos(PAUSE.toNanos());
        }
        return false;
    }

    static void fill(Path filler) throws IOException {
        byte[] zeros = new byte[64 << 10];
        try (var out = Files.newOutputStream(filler)) {
            for (int i = 0; i < SIZE_MB * 16 + 1; i++) {
                out.write(zeros);
            }
        } catch (IOException full) {
            return;
        }
        throw new IOException("the file system is larger than it should be");
    }

    /** The engine has taken some room in advance: it goes on until that is used up. */
    static void openUntilRefused(URI server, List<String> acknowledged) throws IOException {
        try (RawHttp connection = new RawHttp(server, PATIENCE)) {
            for (int i = 0; i < MOST_UNTIL_FULL; i++) {
                acknowledged.add(KilledWhileWriting.open(connection));
            }
        } catch (IOException refused) {
            if (String.valueOf(refused.getMessage()).contains("-31001")) {
                return;
            }
            throw refused;
        }
        throw new IOException("the disk never got full");
    }

    static String open(URI server) throws IOException {
        try (RawHttp connection = new RawHttp(server, PATIENCE)) {
            return KilledWhileWriting.open(connection);
        }
    }

    /** Whether the metric says that writes fail, or have failed. */
    static boolean isTold(URI admin) throws IOException {
        try (AdminPort port = new AdminPort(admin)) {
            return port.metric("erlmcp_store_write_failures_total") >= 1;
        }
    }
}
