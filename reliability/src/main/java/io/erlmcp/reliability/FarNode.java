package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * A node in a network namespace of its own, with nothing between it and us but an interface on each
 * side whose packets we carry. Needs the right to make interfaces: root, or a user namespace.
 *
 * <p>A process that waits for the end of its input holds the namespace; it ends with us.
 */
final class FarNode implements AutoCloseable {
    private static final String FAR = "10.213.77.1";
    private static final String NEAR = "10.213.77.2";
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final TunDevice far;
    private final TunDevice near;
    private final Process holder;
    private final NodeProcess node;

    private FarNode(TunDevice far, TunDevice near, Process holder, NodeProcess node) {
        this.far = far;
        this.near = near;
        this.holder = holder;
        this.node = node;
    }

    static FarNode start(Launch launch) throws IOException, InterruptedException {
        String suffix = Long.toString(ProcessHandle.current().pid(), Character.MAX_RADIX);
        TunDevice far = new TunDevice("far" + suffix);
        TunDevice near = new TunDevice("near" + suffix);
        Process holder = new ProcessBuilder("unshare", "-n", "--", "cat").start();
        try {
            String pid = Long.toString(holder.pid());
            awaitOwnNetwork(holder);
            List<String> inside = List.of("nsenter", "-t", pid, "-n", "--");
            run(List.of(), "ip", "link", "set", "far" + suffix, "netns", pid);
            up(inside, "far" + suffix, FAR);
            up(List.of(), "near" + suffix, NEAR);
            run(inside, "ip", "link", "set", "lo", "up");
            NodeProcess node =
                    launch.under(inside.toArray(new String[0]))
                            .start(settings(), "--port", "0", "--admin-port", "0");
            return new FarNode(far, near, holder, node);
        } catch (IOException | InterruptedException e) {
            holder.destroy();
            far.close();
            near.close();
            throw e;
        }
    }

    private static Map<String, String> settings() {
        Map<String, String> all = new HashMap<>(Way.WITH_TCP);
        all.put("ERLMCP_HTTP_HOST", FAR);
        all.put("ERLMCP_TCP_HOST", FAR);
        all.put("ERLMCP_HTTP_ALLOWED_HOSTS", FAR);
        all.put("ERLMCP_SECURITY_ALLOW_PUBLIC_BIND_WITHOUT_AUTHENTICATION", "true");
        return all;
    }

    private static void up(List<String> where, String device, String address)
            throws IOException, InterruptedException {
        run(where, "ip", "addr", "add", address + "/30", "dev", device);
        run(where, "ip", "link", "set", device, "up");
    }

    private static void run(List<String> where, String... command)
            throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(where);
        whole.addAll(List.of(command));
        Process process = new ProcessBuilder(whole).redirectErrorStream(true).start();
        String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", whole) + ": " + out.strip());
        }
    }

    /** The program changes its namespace after it started. */
    private static void awaitOwnNetwork(Process holder) throws IOException {
        Path ours = Files.readSymbolicLink(Path.of("/proc/self/ns/net"));
        Path theirs = Path.of("/proc/" + holder.pid() + "/ns/net");
        long began = System.nanoTime();
        while (Files.readSymbolicLink(theirs).equals(ours)) {
            if (!holder.isAlive() || System.nanoTime() - began > PATIENCE.toNanos()) {
                String why =
                        new String(
                                holder.getErrorStream()
                                        .readNBytes(holder.getErrorStream().available()),
                                StandardCharsets.UTF_8);
                throw new IOException("no network namespace of its own: " + why.strip());
            }
            LockSupport.parkNanos(Duration.ofMillis(10).toNanos());
        }
    }

    NodeProcess node() {
        return node;
    }

    LossyLink connect(LossyLink.Faults faults, Trial trial, Findings findings) {
        return new LossyLink(near, far, faults, trial.random("packets"), findings);
    }

    /** Ends the node and what was between; the link is closed before. */
    @Override
    public void close() {
        node.close();
        holder.destroy();
        far.close();
        near.close();
    }
}
