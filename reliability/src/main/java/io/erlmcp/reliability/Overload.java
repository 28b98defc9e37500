package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;

/**
 * R15: five times what the node can do. What it can do goes on being done; what is too much is
 * refused at once and says when to come back; the node neither dies nor stops to answer probes.
 *
 * <p>The capacity is made of places and of the time that a call takes, so that it is the same on a
 * slow machine; calls are sent when they are due, whether or not earlier ones were answered.
 */
final class Overload implements Guarantee {
    private static final String FEWER = "a-quarter-of-the-places";
    private static final String ENDLESS = "endless-queue";
    private static final String LATE = "refuse-after-waiting";

    private static final int PLACES = 10;
    private static final int CALL_MILLIS = 100;
    private static final int TIMES = 5;
    private static final int CONNECTIONS = 200;
    private static final int OVERLOADED = -31001;
    private static final Duration READ_LIMIT = Duration.ofSeconds(60);
    private static final Duration CONNECTING = Duration.ofSeconds(1);
    private static final long REFUSED_WITHIN_MILLIS = 100;

    @Override
    public String id() {
        return "R15";
    }

    @Override
    public String title() {
        return "Five times the capacity: goodput above 80 % of the peak, what is too much is"
                + " refused within 100 ms, no OOM";
    }

    @Override
    public List<String> plants() {
        return List.of(FEWER, ENDLESS, LATE);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        Duration time = Duration.ofSeconds(trial.pick(3, 6, 300));
        double peak = peak(trial, findings);
        overload(trial, findings, time, peak);
    }

    private static NodeProcess start(Trial trial, boolean isForPeak) throws Exception {
        Map<String, String> environment = new LinkedHashMap<>();
        int places = trial.isPlanted(FEWER) && !isForPeak ? PLACES / 4 : PLACES;
        environment.put("ERLMCP_LIMITS_MAX_IN_FLIGHT", Integer.toString(places));
        // all that is outside comes from one address
        environment.put("ERLMCP_LIMITS_MAX_IN_FLIGHT_PER_CALLER", "100000");
        environment.put("ERLMCP_MESSAGE_QUEUE_CONFIG_MAX_SIZE", "50");
        environment.put("ERLMCP_MESSAGE_QUEUE_CONFIG_MAX_WAIT", "2s");
        environment.put("ERLMCP_JAVA_OPTS", "-Xmx256m");
        if (trial.isPlanted(ENDLESS)) {
            environment.put("ERLMCP_MESSAGE_QUEUE_CONFIG_MAX_SIZE", "1000000");
            environment.put("ERLMCP_MESSAGE_QUEUE_CONFIG_MAX_WAIT", "1h");
        }
        if (trial.isPlanted(LATE)) {
            // the wait of each is bounded, but nobody is told before it is over
            environment.put("ERLMCP_MESSAGE_QUEUE_CONFIG_MAX_SIZE", "1000000");
            environment.put("ERLMCP_MESSAGE_QUEUE_CONFIG_MAX_WAIT", "1h");
            environment.put("ERLMCP_SERVER_CALL_TIMEOUT", "1s");
        }
        return trial.launch().start(environment, "--port", "0", "--admin-port", "0");
    }

    /** Answers in a second when there are just enough calls to fill all places. */
    private static double peak(Trial trial, Findings findings) throws Exception {
        try (NodeProcess node = start(trial, true)) {
            double full = (double) PLACES * 1000 / CALL_MILLIS;
            Crowd warm = new Crowd(node.mcp(), full, PLACES * 3);
            warm.run(Duration.ofSeconds(2));
            Crowd crowd = new Crowd(node.mcp(), full, PLACES * 3);
            double peak = crowd.run(Duration.ofSeconds(trial.pick(2, 3, 30)));
            findings.largest("peak_per_second", Math.round(peak));
            findings.check(peak > full / 2, "the peak is " + peak + " a second, of " + full);
            return peak;
        }
    }

    private static void overload(Trial trial, Findings findings, Duration time, double peak)
            throws Exception {
        try (NodeProcess node = start(trial, false)) {
            new Crowd(node.mcp(), peak, PLACES * 3).run(Duration.ofSeconds(2));
            Crowd crowd = new Crowd(node.mcp(), peak * TIMES, CONNECTIONS);
            double goodput = crowd.run(time);
            findings.largest("goodput_per_second", Math.round(goodput));
            findings.check(
                    goodput > 0.8 * peak, "goodput is " + goodput + " a second, the peak " + peak);
            crowd.judge(findings);
            findings.check(node.isAlive(), "the node has ended:\n" + node.lastLines());
            findings.check(
                    !node.lastLines().contains("OutOfMemoryError"),
                    "no memory:\n" + node.lastLines());
            probe(node, findings);
        }
    }

    private static void probe(NodeProcess node, Findings findings) throws IOException {
        try (RawHttp probe = new RawHttp(node.admin(), READ_LIMIT)) {
            probe.send(
                    ("GET /alive HTTP/1.1\r\nHost: " + node.admin().getAuthority() + "\r\n\r\n")
                            .getBytes(java.nio.charset.StandardCharsets.US_ASCII));
            findings.check(probe.answer().status() == 200, "/alive does not answer");
        }
    }

    /** Clients that send calls when they are due. A virtual thread each. */
    private static final class Crowd {
        private final URI server;
        private final double perSecond;
        private final int size;
        private final AtomicLong served = new AtomicLong();
        private final AtomicLong due = new AtomicLong();
        private final ConcurrentLinkedQueue<Long> refusedNanos = new ConcurrentLinkedQueue<>();
        private final ConcurrentLinkedQueue<String> wrong = new ConcurrentLinkedQueue<>();

        Crowd(URI server, double perSecond, int size) {
            this.server = server;
            this.perSecond = perSecond;
            this.size = size;
        }

        /** Sends for {@code time}; returns how many were served in a second. */
        double run(Duration time) throws InterruptedException {
            // connections are made first: what is measured is how calls are refused
            long begin = System.nanoTime() + CONNECTING.toNanos();
            long end = begin + time.toNanos();
            List<Thread> threads = new ArrayList<>();
            for (int i = 0; i < size; i++) {
                threads.add(Threads.startVirtual("client " + i, () -> client(begin, end)));
            }
            long left = end - System.nanoTime();
            if (left > 0) {
                TimeUnit.NANOSECONDS.sleep(left);
            }
            double rate = served.get() * 1e9 / (System.nanoTime() - begin);
            for (Thread thread : threads) {
                if (!thread.join(READ_LIMIT)) {
                    wrong.add(thread.getName() + " has no answer");
                }
            }
            return rate;
        }

        private void client(long begin, long end) {
            JsonObject call = Rpc.modern(1, "tools/call", Rpc.sleep(CALL_MILLIS));
            byte[] body = Rpc.bytes(call);
            String[] headers = RawHttp.modernHeaders(call);
            try (RawHttp connection = new RawHttp(server, READ_LIMIT)) {
                while (true) {
                    long at = begin + (long) (due.getAndIncrement() * 1e9 / perSecond);
                    if (at - end >= 0) {
                        return;
                    }
                    long wait = at - System.nanoTime();
                    if (wait > 0) {
                        LockSupport.parkNanos(wait);
                    }
                    if (System.nanoTime() - end >= 0) {
                        return;
                    }
                    long sent = System.nanoTime();
                    connection.post(body, headers);
                    note(connection.answer(), System.nanoTime() - sent);
                }
            } catch (IOException e) {
                wrong.add("a connection failed: " + e);
            }
        }

        private void note(RawHttp.Answer answer, long nanos) {
            if (answer.status() == 200) {
                served.incrementAndGet();
            } else if (isRefusal(answer)) {
                refusedNanos.add(nanos);
            } else {
                wrong.add(answer.status() + " " + answer.text());
            }
        }

        private static boolean isRefusal(RawHttp.Answer answer) {
            if (answer.status() != 429 && answer.status() != 503) {
                return false;
            }
            try {
                JsonObject error = Json.parseObject(answer.body()).requireObject("error");
                return error.requireInteger("code") == OVERLOADED
                        && error.requireObject("data").requireInteger("retryAfterMs") > 0
                        && answer.head().headers().containsKey("retry-after");
            } catch (JsonException e) {
                return false;
            }
        }

        void judge(Findings findings) {
            long[] refused = refusedNanos.stream().mapToLong(Long::longValue).sorted().toArray();
            findings.count("served", served.get());
            findings.count("refused", refused.length);
            findings.check(refused.length > served.get(), "too few were refused");
            long most = millisAt(refused, 1);
            long nearly = millisAt(refused, 0.99);
            findings.largest("refused_within_ms_at_p50", millisAt(refused, 0.5));
            findings.largest("refused_within_ms_at_p99", nearly);
            findings.largest("refused_within_ms_at_most", most);
            findings.check(
                    nearly <= REFUSED_WITHIN_MILLIS,
                    "one refusal of a hundred takes more than " + nearly + " ms");
            findings.check(
                    wrong.isEmpty(), wrong.size() + " wrong answers, such as " + wrong.peek());
        }

        private static long millisAt(long[] sorted, double share) {
            if (sorted.length == 0) {
                return 0;
            }
            int at = (int) Math.min(sorted.length - 1L, (long) (sorted.length * share));
            return TimeUnit.NANOSECONDS.toMillis(sorted[Math.max(0, at)]);
        }
    }
}
