package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.store.DiskStore;
import io.erlmcp.store.StoreCheck;
import io.erlmcp.store.StoreConfig;
import io.erlmcp.store.StoreDamaged;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * R02, the power cut: the store lies on a file system of its own, in an image. While sessions are
 * written the node is stopped and the image is copied: what the node had not synced is in the
 * machine's memory alone, and not in the copy. A node that is started on the copy has to have
 * everything that was acknowledged.
 */
final class PowerCut implements Guarantee {
    private static final String NO_SYNC = "skip-fsync";
    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final int WRITERS = 4;
    private static final int IMAGE_MB = 96;
    private static final int MOST_COPIES = 20;

    @Override
    public String id() {
        return "R02";
    }

    @Override
    public String title() {
        return "Power cut, on a copy of the live file system: 0 acknowledged lost, always boots"
                + " (needs the right to mount; its control needs strace)";
    }

    @Override
    public List<String> plants() {
        return List.of(NO_SYNC);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        int rounds = trial.pick(1, 5, 100);
        Random random = trial.random("cuts");
        try (Folder folder = new Folder("r02")) {
            loadEngine(folder.path().resolve("elsewhere"));
            Path memory = Files.createDirectory(folder.path().resolve("memory"));
            Tools.run(
                    "mount",
                    "-t",
                    "tmpfs",
                    "-o",
                    "size=" + 3 * IMAGE_MB + "m",
                    "none",
                    "" + memory);
            try {
                Path live = memory.resolve("live");
                Tools.run("truncate", "-s", IMAGE_MB + "M", "" + live);
                Tools.run("mkfs.ext4", "-q", "-F", "" + live);
                for (int i = 0; i < rounds; i++) {
                    round(trial, memory, random, findings);
                }
            } finally {
                unmount(memory);
            }
        }
    }

    /**
     * Makes this program load the engine's library from a folder that stays: it keeps the file
     * open, and with it the file system.
     */
    private static void loadEngine(Path elsewhere) throws IOException, StoreDamaged {
        DiskStore.open(StoreConfig.in(elsewhere), Time.system(), Observer.NONE).close();
    }

    /** Writes until the cut; what survived it is the file system of the next round. */
    private static void round(Trial trial, Path memory, Random random, Findings findings)
            throws Exception {
        Path disk = Files.createDirectories(memory.resolve("disk"));
        Path cut = memory.resolve("cut");
        Queue<String> acknowledged = new ConcurrentLinkedQueue<>();
        List<String> before;
        mount(memory.resolve("live"), disk);
        try {
            before = written(trial, memory, disk, random, acknowledged);
        } finally {
            unmount(disk);
        }
        findings.count("cuts", 1);
        findings.count("acknowledged", before.size());
        Files.move(cut, memory.resolve("live"), StandardCopyOption.REPLACE_EXISTING);
        mount(memory.resolve("live"), disk);
        try {
            verify(trial, disk, before, findings);
        } finally {
            unmount(disk);
        }
    }

    private static void mount(Path image, Path disk) throws IOException, InterruptedException {
        // without barriers lost and with rare commits, so that little is written but what is synced
        Tools.run("mount", "-o", "loop,commit=300", "" + image, "" + disk);
    }

    /** A file system is busy for a moment after its last user is gone. */
    private static void unmount(Path folder) throws IOException, InterruptedException {
        long began = System.nanoTime();
        while (true) {
            try {
                Tools.run("umount", "" + folder);
                return;
            } catch (IOException busy) {
                if (System.nanoTime() - began > PATIENCE.toNanos()) {
                    throw busy;
                }
                LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
            }
        }
    }

    private static Map<String, String> settings(Path disk) {
        Map<String, String> settings = new HashMap<>();
        settings.put("ERLMCP_SESSIONS_BACKEND", "disk");
        settings.put("ERLMCP_DATA_DIR", disk.resolve("data").toString());
        return settings;
    }

    private static Launch launch(Trial trial) {
        return trial.isPlanted(NO_SYNC)
                ? trial.launch()
                        .under(
                                "strace",
                                "-D",
                                "-f",
                                "-qqq",
                                "-o",
                                "/dev/null",
                                "-e",
                                "trace=fsync,fdatasync,sync_file_range",
                                "-e",
                                "inject=fsync,fdatasync,sync_file_range:retval=0")
                : trial.launch();
    }

    private static List<String> written(
            Trial trial, Path memory, Path disk, Random random, Queue<String> acknowledged)
            throws Exception {
        List<Thread> writers = new ArrayList<>();
        try (NodeProcess node = launch(trial).start(settings(disk), "--port", "0")) {
            URI server = node.mcp();
            for (int w = 0; w < WRITERS; w++) {
                writers.add(Threads.startVirtual("writer " + w, () -> write(server, acknowledged)));
            }
            LockSupport.parkNanos(Duration.ofMillis(200 + random.nextInt(800)).toNanos());
            // acknowledged before the node stops, and so before the cut
            List<String> before = List.copyOf(acknowledged);
            Tools.run("kill", "-STOP", "" + node.pid());
            copy(memory);
            node.kill();
            node.exitCode(PATIENCE);
            for (Thread writer : writers) {
                writer.join();
            }
            return before;
        }
    }

    private static void write(URI server, Queue<String> acknowledged) {
        try (RawHttp connection = new RawHttp(server, PATIENCE)) {
            while (true) {
                acknowledged.add(KilledWhileWriting.open(connection));
            }
        } catch (IOException cut) {
            // The node is gone, which is what this waits for.
        }
    }

    /** One moment of the image: two copies with nothing written in between. */
    private static void copy(Path memory) throws IOException {
        Path cut = memory.resolve("cut");
        for (int i = 0; i < MOST_COPIES; i++) {
            Files.copy(memory.resolve("live"), cut, StandardCopyOption.REPLACE_EXISTING);
            if (Files.mismatch(memory.resolve("live"), cut) < 0) {
                return;
            }
        }
        throw new IOException("the image never stood still");
    }

    private static void verify(Trial trial, Path disk, List<String> before, Findings findings)
            throws Exception {
        Path store = disk.resolve("data").resolve("store");
        if (Files.exists(store)) {
            StoreCheck.Found found = StoreCheck.check(store);
            findings.check(found.isWhole(), "after the cut the store has " + found.problems());
        }
        try (NodeProcess node = trial.launch().start(settings(disk), "--port", "0")) {
            for (String id : before) {
                int status = KilledWhileWriting.ping(node.mcp(), id);
                findings.check(status == 200, "an acknowledged session answers " + status);
            }
            node.kill();
            node.exitCode(PATIENCE);
        } catch (IOException e) {
            findings.fail("it does not boot: " + e.getMessage());
        }
    }
}
