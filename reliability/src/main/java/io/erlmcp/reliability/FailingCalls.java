package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * The part of R04 in which the kernel says EIO: to syncs, and to writes of the store's log. The
 * faults are put into the running node by strace, and taken out again.
 */
final class FailingCalls {
    static final String NO_FAULT = "put-no-fault-in";

    private static final Duration PATIENCE = Duration.ofSeconds(40);
    private static final long TOLD_MILLIS = 5_000;
    private static final long RECOVERY_MILLIS = 15_000;
    private static final long ATTACH_MILLIS = 10_000;
    private static final int BEFORE = 20;

    private FailingCalls() {}

    static void run(Trial trial, Findings findings) throws Exception {
        int rounds = trial.pick(1, 1, 10);
        for (int i = 0; i < rounds; i++) {
            round(trial, "fsync,fdatasync", false, findings);
            findings.count("failed_syncs", 1);
            round(trial, "write,pwrite64", true, findings);
            findings.count("failed_writes", 1);
        }
    }

    private static void round(Trial trial, String calls, boolean onLog, Findings findings)
            throws Exception {
        try (Folder folder = new Folder("r04")) {
            List<String> acknowledged = new ArrayList<>();
            try (NodeProcess node = trial.launch().start(folder.diskBackend(), "--port", "0")) {
                for (int i = 0; i < BEFORE; i++) {
                    acknowledged.add(FullDisk.open(node.mcp()));
                }
                List<String> paths = onLog ? logs(folder.store()) : List.of();
                if (trial.isPlanted(NO_FAULT)) {
                    whileFailing(node, acknowledged, findings);
                } else {
                    withFault(node, calls, paths, acknowledged, findings);
                }
                recovers(node, acknowledged, findings);
                node.kill();
                node.exitCode(PATIENCE);
            }
            try (NodeProcess node = trial.launch().start(folder.diskBackend(), "--port", "0")) {
                for (String id : acknowledged) {
                    int status = KilledWhileWriting.ping(node.mcp(), id);
                    findings.check(status == 200, "an acknowledged session answers " + status);
                }
                findings.count("acknowledged", acknowledged.size());
                node.kill();
                node.exitCode(PATIENCE);
            }
        }
    }

    private static void withFault(
            NodeProcess node,
            String calls,
            List<String> paths,
            List<String> acknowledged,
            Findings findings)
            throws IOException, InterruptedException {
        Process fault = attach(node, calls, paths);
        try {
            whileFailing(node, acknowledged, findings);
        } finally {
            fault.destroy();
            fault.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        }
    }

    private static List<String> logs(Path store) throws IOException {
        try (Stream<Path> files = Files.list(store.resolve("db"))) {
            return files.map(Path::toString).filter(it -> it.endsWith(".log")).toList();
        }
    }

    /** Starts to answer {@code calls} of the node with EIO; returns once it does. */
    static Process attach(NodeProcess node, String calls, List<String> paths)
            throws IOException, InterruptedException {
        List<String> words =
                new ArrayList<>(
                        List.of("strace", "-f", "-qqq", "-o", "/dev/null", "-p", "" + node.pid()));
        words.addAll(List.of("-e", "trace=" + calls, "-e", "inject=" + calls + ":error=EIO"));
        paths.forEach(path -> words.addAll(List.of("-P", path)));
        Process strace =
                new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.INHERIT).start();
        boolean attached =
                FullDisk.within(
                        ATTACH_MILLIS,
                        () -> {
                            if (isTraced(node.pid())) {
                                return true;
                            }
                            throw new IOException("not yet");
                        });
        if (!attached) {
            strace.destroy();
            throw new IOException("strace does not attach");
        }
        return strace;
    }

    private static boolean isTraced(long pid) throws IOException {
        try (Stream<Path> threads = Files.list(Path.of("/proc/" + pid + "/task"))) {
            for (Path thread : threads.toList()) {
                if (Files.readString(thread.resolve("status")).contains("TracerPid:\t0\n")) {
                    return false;
                }
            }
            return true;
        }
    }

    private static void whileFailing(NodeProcess node, List<String> acknowledged, Findings findings)
            throws IOException {
        List<String> old = List.copyOf(acknowledged);
        long began = System.nanoTime();
        findings.check(
                isRefused(node.mcp(), acknowledged),
                "a session was acknowledged despite the fault");
        findings.check(
                FullDisk.within(TOLD_MILLIS, () -> FullDisk.isTold(node.admin())),
                "no metric tells of the failure within " + TOLD_MILLIS + " ms");
        findings.largest("eio_told_after_ms", FullDisk.millisSince(began));
        for (String id : old) {
            int status = KilledWhileWriting.ping(node.mcp(), id);
            findings.check(status == 200, "while the disk fails a session answers " + status);
        }
        findings.check(node.isAlive(), "the process ended: " + node.lastLines());
    }

    static boolean isRefused(URI server, List<String> acknowledged) throws IOException {
        try (RawHttp connection = new RawHttp(server, PATIENCE)) {
            acknowledged.add(KilledWhileWriting.open(connection));
            return false;
        } catch (IOException refused) {
            if (String.valueOf(refused.getMessage()).contains("-31001")) {
                return true;
            }
            throw refused;
        }
    }

    private static void recovers(NodeProcess node, List<String> acknowledged, Findings findings) {
        long began = System.nanoTime();
        findings.check(
                FullDisk.within(RECOVERY_MILLIS, () -> acknowledged.add(FullDisk.open(node.mcp()))),
                "no writes " + RECOVERY_MILLIS + " ms after the fault was gone");
        findings.largest("eio_recovered_after_ms", FullDisk.millisSince(began));
    }
}
