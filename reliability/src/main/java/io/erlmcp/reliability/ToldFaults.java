package io.erlmcp.reliability;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * R31: each fault that one node can have is caused, and what an operator watches says so within 5 s
 * and takes it back once it is gone; while nothing is wrong none of it is said ({@link QuietTime}).
 */
final class ToldFaults implements Guarantee {
    static final String UNHEARD = "cause-nothing";
    static final String MISNAMED = "watch-other-names";
    static final String LEFT = "never-heal";
    static final String NOT_QUIET = "a-fault-in-the-quiet-time";

    private static final Duration TOLD = Duration.ofSeconds(5);
    private static final Duration CLEARED = Duration.ofSeconds(30);
    private static final Duration CLEARED_PLANTED = Duration.ofSeconds(3);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final int KEPT_EVENTS = 20;
    private static final int MOST_SESSIONS = 200;
    private static final int MOST_CONNECTIONS = 150;
    private static final int DESCRIPTORS = 256;
    private static final int DISK_MB = 60;

    @Override
    public String id() {
        return "R31";
    }

    @Override
    public String title() {
        return "Every fault that one node can have is told within 5 s and taken back once it is"
                + " gone; nothing is told in a quiet hour (needs the right to mount, strace,"
                + " prlimit, openssl and node)";
    }

    @Override
    public List<String> plants() {
        return List.of(UNHEARD, MISNAMED, LEFT, NOT_QUIET);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        Set<Sign> watched = new LinkedHashSet<>();
        if (!trial.isPlanted(NOT_QUIET)) {
            usual(trial, watched, findings);
        }
        if (trial.size() != Trial.Size.TINY) {
            fewDescriptors(trial, watched, findings);
            ownDisk(trial, watched, findings);
            certificates(trial, watched, findings);
        }
        watched.addAll(NodeFaults.halted().signs());
        QuietTime.watch(trial, List.copyOf(watched), findings);
    }

    // ---- nodes ----

    private static void usual(Trial trial, Set<Sign> watched, Findings findings) throws Exception {
        Map<String, String> settings = new HashMap<>(Way.WITH_TCP);
        settings.put("ERLMCP_JAVA_OPTS", "-Xmx512m");
        settings.put("ERLMCP_SERVER_CALL_TIMEOUT", "2s");
        settings.put("ERLMCP_HTTP_WRITE_TIMEOUT", "1s");
        settings.put("ERLMCP_HTTP_HEADER_TIMEOUT", "1s");
        settings.put("ERLMCP_HTTP_MAX_CONNECTIONS", "" + MOST_CONNECTIONS);
        settings.put("ERLMCP_LIMITS_MAX_IN_FLIGHT", "20");
        settings.put("ERLMCP_LIMITS_MAX_IN_FLIGHT_PER_CALLER", "100000");
        settings.put("ERLMCP_MESSAGE_QUEUE_CONFIG_MAX_SIZE", "40");
        settings.put("ERLMCP_SESSIONS_MAX_EVENTS", "" + KEPT_EVENTS);
        settings.put("ERLMCP_SESSIONS_MAX", "" + MOST_SESSIONS);
        settings.put("ERLMCP_SESSIONS_MAX_PER_ADDRESS", "" + MOST_SESSIONS);
        settings.put("ERLMCP_RESOURCE_LIMITS_CHECK_INTERVAL", "2s");
        boolean isTiny = trial.size() == Trial.Size.TINY;
        try (Folder folder = new Folder("r31")) {
            Launch launch =
                    isTiny
                            ? trial.launch()
                            : trial.launch().withConfig(UpstreamFaults.config(folder));
            try (Scene scene = new Scene(launch, settings, folder)) {
                List<Fault> faults = new ArrayList<>();
                faults.add(NodeFaults.halted());
                if (trial.plant() == null) {
                    faults.add(PeerFaults.lostHistory(KEPT_EVENTS));
                    faults.add(PeerFaults.malformed());
                }
                if (!isTiny) {
                    UpstreamNode.awaitUp(scene.node(), UpstreamFaults.names(), findings);
                    faults.addAll(usual());
                }
                judge(faults, scene, trial, watched, findings);
            }
        }
    }

    /** In this order: the last ones start the node again. */
    private static List<Fault> usual() {
        List<Fault> faults = new ArrayList<>(UpstreamFaults.all());
        faults.addAll(
                List.of(
                        NodeFaults.bug(),
                        PeerFaults.foreignOrigin(),
                        PeerFaults.slow(),
                        PeerFaults.stalled(),
                        PeerFaults.overload(),
                        PeerFaults.sessions(MOST_SESSIONS),
                        NodeFaults.connections(MOST_CONNECTIONS),
                        NodeFaults.memory(),
                        NodeFaults.abandoned(),
                        NodeFaults.damagedHalts(),
                        NodeFaults.killed(),
                        NodeFaults.draining()));
        return faults;
    }

    private static void fewDescriptors(Trial trial, Set<Sign> watched, Findings findings)
            throws Exception {
        Map<String, String> settings = new HashMap<>();
        settings.put("ERLMCP_HTTP_MAX_CONNECTIONS", "100000");
        settings.put("ERLMCP_RESOURCE_LIMITS_CHECK_INTERVAL", "2s");
        Launch few = trial.launch().under("prlimit", "--nofile=" + DESCRIPTORS, "--");
        try (Folder folder = new Folder("r31");
                Scene scene = new Scene(few, settings, folder)) {
            List<Fault> faults = List.of(NodeFaults.descriptors(DESCRIPTORS));
            judge(faults, scene, trial, watched, findings);
        }
    }

    private static void ownDisk(Trial trial, Set<Sign> watched, Findings findings)
            throws Exception {
        try (Folder folder = new Folder("r31")) {
            Path disk = Files.createDirectory(folder.path().resolve("disk"));
            Tools.run("mount", "-t", "tmpfs", "-o", "size=" + DISK_MB + "m", "none", "" + disk);
            Map<String, String> settings = new HashMap<>(folder.diskBackend());
            settings.put("ERLMCP_DATA_DIR", disk.resolve("data").toString());
            settings.put("ERLMCP_SESSIONS_MAX", "1000000");
            settings.put("ERLMCP_SESSIONS_MAX_PER_ADDRESS", "1000000");
            try (Scene scene = new Scene(trial.launch(), settings, folder)) {
                List<Fault> faults = List.of(NodeFaults.failingSyncs(), NodeFaults.diskFull(disk));
                judge(faults, scene, trial, watched, findings);
            } finally {
                Tools.run("umount", "" + disk);
            }
        }
    }

    private static void certificates(Trial trial, Set<Sign> watched, Findings findings)
            throws Exception {
        try (Folder folder = new Folder("r31")) {
            Path key = folder.path().resolve("key.pem");
            Path certificate = folder.path().resolve("certificate.pem");
            String files = "-keyout " + key + " -out " + certificate;
            String ask = "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1";
            String name =
                    " -nodes -days 2 -subj /CN=localhost -addext subjectAltName=IP:127.0.0.1 ";
            Tools.run((ask + name + files).split(" +"));
            Map<String, String> settings =
                    Map.of(
                            "ERLMCP_TLS_CERTIFICATE",
                            certificate.toString(),
                            "ERLMCP_TLS_KEY",
                            key.toString(),
                            "ERLMCP_TLS_CLIENT_CA",
                            certificate.toString());
            try (Scene scene = new Scene(trial.launch(), settings, folder)) {
                judge(List.of(PeerFaults.noCertificate()), scene, trial, watched, findings);
            }
        }
    }

    // ---- one fault after the other ----

    private static void judge(
            List<Fault> faults, Scene scene, Trial trial, Set<Sign> watched, Findings findings)
            throws InterruptedException {
        for (Fault fault : faults) {
            watched.addAll(fault.signs());
            try {
                judge(planted(fault, trial), scene, trial, findings);
            } catch (InterruptedException e) {
                throw e;
            } catch (Exception e) {
                findings.fail(fault.name() + ": " + e);
            }
        }
    }

    private static Fault planted(Fault fault, Trial trial) {
        return trial.isPlanted(UNHEARD)
                ? fault.notCaused()
                : trial.isPlanted(MISNAMED) ? fault.misnamed() : fault;
    }

    private static void judge(Fault fault, Scene scene, Trial trial, Findings findings)
            throws Exception {
        findings.count("faults", 1);
        OperatorView.Look before = scene.look();
        Fault.Cure cure = fault.cause().put(scene);
        long began = System.nanoTime();
        List<Sign> silent = new ArrayList<>(fault.signs());
        while (!silent.isEmpty() && System.nanoTime() - began < TOLD.toNanos()) {
            OperatorView.Look now = scene.look();
            silent.removeIf(sign -> sign.isRaised(before, now));
            LockSupport.parkNanos(POLL.toNanos());
        }
        findings.largest(fault.name() + "_told_ms", millisSince(began));
        for (Sign sign : silent) {
            findings.fail(fault.name() + " is not told within " + TOLD + " by " + sign);
        }
        boolean isLeft = trial.isPlanted(LEFT);
        if (!isLeft) {
            cure.heal();
        }
        clears(fault, before, scene, isLeft ? CLEARED_PLANTED : CLEARED, findings);
        if (isLeft) {
            cure.heal();
        }
    }

    private static void clears(
            Fault fault, OperatorView.Look before, Scene scene, Duration limit, Findings findings) {
        long began = System.nanoTime();
        List<Sign> standing = new ArrayList<>(fault.signs());
        while (!standing.isEmpty() && System.nanoTime() - began < limit.toNanos()) {
            OperatorView.Look now = scene.look();
            standing.removeIf(sign -> sign.isCleared(before, now));
            LockSupport.parkNanos(POLL.toNanos());
        }
        findings.largest("longest_until_taken_back_ms", millisSince(began));
        for (Sign sign : standing) {
            findings.fail(fault.name() + " is over, and " + sign + " still tells of it");
        }
    }

    private static long millisSince(long nanos) {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - nanos);
    }
}
