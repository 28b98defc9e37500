package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * R16: clients that send the begin of a head and then a byte a second, or a body, a frame or a line
 * in that way, or read an answer so. Good clients are served all the time, and the slow are cut.
 */
final class SlowPeers implements Guarantee {
    private static final String PATIENT = "cut-nobody";
    private static final String IMPATIENT = "expect-another-answer";
    private static final Duration CUT_LIMIT = Duration.ofSeconds(30);

    private static final Duration STEP = Duration.ofSeconds(1);

    private static final List<String> TIMEOUTS =
            List.of(
                    "ERLMCP_HTTP_HEADER_TIMEOUT",
                    "ERLMCP_HTTP_BODY_TIMEOUT",
                    "ERLMCP_HTTP_WRITE_TIMEOUT",
                    "ERLMCP_WEBSOCKET_MESSAGE_TIMEOUT",
                    "ERLMCP_WEBSOCKET_WRITE_TIMEOUT",
                    "ERLMCP_TCP_MESSAGE_TIMEOUT",
                    "ERLMCP_TCP_WRITE_TIMEOUT");

    @Override
    public String id() {
        return "R16";
    }

    @Override
    public String title() {
        return "Slow heads, slow bodies and slow reads, 1,000 of each on each transport: good"
                + " clients are all served, the slow are cut within 30 s";
    }

    @Override
    public List<String> plants() {
        return List.of(PATIENT, IMPATIENT);
    }

    /** What is small is less patient, so that a run takes seconds. */
    private static Map<String, String> settings(Trial trial) {
        Map<String, String> all = new HashMap<>(Way.WITH_TCP);
        // all that is outside comes from one address
        all.put("ERLMCP_LIMITS_MAX_IN_FLIGHT_PER_CALLER", "10000");
        if (trial.isPlanted(PATIENT)) {
            TIMEOUTS.forEach(name -> all.put(name, "10m"));
        } else if (trial.size() != Trial.Size.FULL) {
            TIMEOUTS.forEach(name -> all.put(name, "4s"));
        }
        return all;
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        int count = trial.pick(10, 60, 1_000);
        Duration limit = trial.size() == Trial.Size.FULL ? CUT_LIMIT : Duration.ofSeconds(20);
        try (NodeProcess node =
                        trial.launch().start(settings(trial), "--port", "0", "--admin-port", "0");
                GoodClients good =
                        GoodClients.start(node, 4, findings, trial.isPlanted(IMPATIENT))) {
            List<SlowClients> slow = new ArrayList<>();
            try {
                for (Way way : Way.values()) {
                    slow.addAll(open(way, node, count, findings));
                }
                watch(slow, limit, findings);
            } finally {
                slow.forEach(SlowClients::close);
            }
            findings.largest("good_p99_us", good.take().micros(0.99));
            findings.check(node.isAlive(), "the node ended:\n" + node.lastLines());
        }
    }

    private static List<SlowClients> open(Way way, NodeProcess node, int count, Findings findings)
            throws IOException {
        List<SlowClients> slow = new ArrayList<>();
        for (SlowClients.Kind kind : SlowClients.Kind.values()) {
            if (kind.exists(way)) {
                slow.add(SlowClients.open(way, kind, node, count));
                findings.count(kind.figure(way), count);
            }
        }
        return slow;
    }

    private static void watch(List<SlowClients> slow, Duration limit, Findings findings)
            throws IOException {
        long began = System.nanoTime();
        List<SlowClients> left = new ArrayList<>(slow);
        while (!left.isEmpty() && System.nanoTime() - began < limit.toNanos()) {
            LockSupport.parkNanos(STEP.toNanos());
            List<SlowClients> cut = new ArrayList<>();
            for (SlowClients clients : left) {
                if (clients.step() == 0) {
                    cut.add(clients);
                    findings.largest(
                            clients.kind().figure(clients.way()) + "_last_cut_s",
                            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
                }
            }
            left.removeAll(cut);
        }
        for (SlowClients clients : left) {
            int held = clients.step();
            findings.check(
                    held == 0,
                    held
                            + " clients with "
                            + clients.kind().figure(clients.way())
                            + " are held after "
                            + limit);
        }
    }
}
