package io.erlmcp.chaos;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * Where one experiment takes place: a folder, the nodes that it starts, and what it does to them.
 * Nothing of it is left when it is closed.
 *
 * <p>Process model: no thread of its own. {@link #close} may be called by another thread than the
 * experiment's, at any time.
 */
final class Stage implements AutoCloseable {
    private static final Duration START_LIMIT = Duration.ofSeconds(60);
    static final Duration LONG = Duration.ofSeconds(30);

    /** Where no fault is made, nothing will come of it, and nobody waits long. */
    private static final Duration SHORT_PATIENCE = Duration.ofSeconds(2);

    private static final Duration LOOK = Duration.ofMillis(20);
    private static final Duration LAST_LOOK = Duration.ofSeconds(10);

    /** What is done to a node. */
    @FunctionalInterface
    interface Fault {
        void happen() throws Exception;
    }

    /** A question whose answer may change. */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    private final JavaProgram program;
    private final Random random;
    private final boolean leavesOutFaults;
    private final Path folder;

    /** Guards {@code nodes} and {@code closed}: what is started is known to be closed. */
    private final ReentrantLock lock = new ReentrantLock();

    private final List<NodeProcess> processes = new ArrayList<>();
    private final List<ChaosNode> nodes = new ArrayList<>();
    private boolean closed;
    private int files;

    Stage(JavaProgram program, long seed, String name, boolean leavesOutFaults) throws IOException {
        this.program = program;
        this.random = new Random(seed * 31 + name.hashCode());
        this.leavesOutFaults = leavesOutFaults;
        this.folder = Files.createTempDirectory("erlmcp-chaos-");
    }

    Random random() {
        return random;
    }

    Duration patience() {
        return leavesOutFaults ? SHORT_PATIENCE : LONG;
    }

    /** Waits until it holds; false when it does not within {@link #patience}. */
    boolean await(Condition condition) throws Exception {
        return await(condition, patience());
    }

    static boolean await(Condition condition, Duration patience) throws Exception {
        long end = System.nanoTime() + patience.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() - end > 0) {
                return false;
            }
            pause(LOOK);
        }
        return true;
    }

    static void pause(Duration time) throws InterruptedException {
        LockSupport.parkNanos(time.toNanos());
        if (Thread.interrupted()) {
            throw new InterruptedException();
        }
    }

    // ---- nodes ----

    /** What a node needs to know in any case, with more members. */
    JsonObject config(Object... more) {
        JsonObject config =
                JsonObject.of(
                        "data",
                        JsonObject.of("dir", folder.resolve("data").toString()),
                        "plugins",
                        JsonArray.of(TroubleTools.class.getName()),
                        "health_check_interval",
                        "500ms",
                        "resource_limits",
                        JsonObject.of("check_interval", "250ms"));
        return with(config, more);
    }

    static JsonObject with(JsonObject object, Object... more) {
        JsonObject whole = object;
        for (int i = 0; i < more.length; i += 2) {
            whole = whole.with((String) more[i], more[i + 1]);
        }
        return whole;
    }

    /** A member {@code upstreams} of a configuration, with servers of these names. */
    JsonObject upstreams(List<String> names, Object... more) {
        JsonObject all = JsonObject.EMPTY;
        for (String name : names) {
            all = all.with(name, upstream(name, more));
        }
        return all;
    }

    JsonObject upstream(String name, Object... more) {
        List<String> command = program.small(UnreliableServer.class, folder.toString(), name);
        JsonObject upstream =
                JsonObject.of(
                        "command",
                        JsonArray.of(command.toArray()),
                        "era",
                        "legacy",
                        "always_prefix",
                        true,
                        "max_restart_pause",
                        "100ms");
        return with(upstream, more);
    }

    Path write(JsonObject config) throws IOException {
        return Files.writeString(folder.resolve("node-" + ++files + ".yaml"), config.toJson());
    }

    JavaProgram program() {
        return program;
    }

    Path folder() {
        return folder;
    }

    /** Starts a node and waits until it takes requests; {@code options} are the JVM's. */
    ChaosNode node(JsonObject config, String... options) throws IOException, InterruptedException {
        return node(write(config), options);
    }

    ChaosNode node(Path config, String... options) throws IOException, InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(
                        program.node(
                                List.of(options),
                                "serve",
                                "--config",
                                config.toString(),
                                "--port",
                                "0",
                                "--admin-port",
                                "0"));
        builder.environment().keySet().removeIf(it -> it.startsWith("ERLMCP_"));
        NodeProcess process = start(builder);
        process.awaitReady(START_LIMIT);
        ChaosNode node = new ChaosNode(process);
        lock.lock();
        try {
            nodes.add(node);
        } finally {
            lock.unlock();
        }
        return node;
    }

    private NodeProcess start(ProcessBuilder builder) throws IOException {
        lock.lock();
        try {
            if (closed) {
                throw new IOException("the experiment is over");
            }
            NodeProcess process = new NodeProcess(builder.start());
            processes.add(process);
            return process;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until the node has these upstream servers. */
    void awaitUp(ChaosNode node, List<String> names) throws Exception {
        for (String name : names) {
            if (!await(() -> node.isUp(name), START_LIMIT)) {
                throw new IOException(name + " does not come up: " + node.upstream(name).toJson());
            }
        }
    }

    // ---- faults ----

    /** Lets it happen; left out in a control. */
    void fault(Fault fault) throws Exception {
        if (!leavesOutFaults) {
            fault.happen();
        }
    }

    /** Tells an upstream server how to behave from now on. */
    void tell(String name, String mode) throws Exception {
        fault(() -> mend(name, mode));
    }

    /** Likewise, where it is no fault. */
    void mend(String name, String mode) throws IOException {
        Path fresh = Files.writeString(folder.resolve(name + ".told"), mode);
        Files.move(fresh, UnreliableServer.mode(folder, name), StandardCopyOption.REPLACE_EXISTING);
    }

    /** kill -9 of an upstream server. */
    void kill(ChaosNode node, String name) throws Exception {
        long pid = node.pid(name);
        fault(() -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
    }

    /** Kills it and waits for its next run. */
    boolean killAndAwait(ChaosNode node, String name) throws Exception {
        int before = starts(name);
        kill(node, name);
        return await(() -> starts(name) > before && node.isUp(name));
    }

    void signal(String signal, long pid) throws Exception {
        fault(() -> new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor());
    }

    /** How often an upstream server was started, as it says itself. */
    int starts(String name) throws IOException {
        Path file = UnreliableServer.starts(folder, name);
        return Files.exists(file) ? Files.readAllLines(file).size() : 0;
    }

    /** How many calls have reached it. */
    long calls(String name) throws IOException {
        Path file = UnreliableServer.calls(folder, name);
        return Files.exists(file) ? Files.size(file) : 0;
    }

    // ---- the end ----

    /** Processes of upstream servers that run. */
    List<ProcessHandle> running() throws IOException {
        List<ProcessHandle> running = new ArrayList<>();
        try (Stream<Path> all = Files.list(folder)) {
            for (Path file : all.filter(it -> it.toString().endsWith(".starts")).toList()) {
                running.addAll(UnreliableServer.running(file));
            }
        }
        return running;
    }

    /**
     * Kills the nodes and waits until what they have started is gone.
     *
     * @return how many processes were left and had to be killed
     */
    int end() throws Exception {
        stopNodes();
        var _ = await(() -> running().isEmpty(), LAST_LOOK);
        List<ProcessHandle> left = running();
        left.forEach(ProcessHandle::destroyForcibly);
        return left.size();
    }

    private void stopNodes() throws InterruptedException {
        List<NodeProcess> all;
        lock.lock();
        try {
            closed = true;
            nodes.forEach(ChaosNode::close);
            processes.forEach(NodeProcess::kill);
            all = List.copyOf(processes);
        } finally {
            lock.unlock();
        }
        for (NodeProcess process : all) {
            process.exitCode(LAST_LOOK);
        }
    }

    /** Removes the folder; the nodes have ended. */
    @Override
    public void close() throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
