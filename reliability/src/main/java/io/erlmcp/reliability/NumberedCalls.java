package io.erlmcp.reliability;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Calls of one upstream server, so many a second whether or not it is there, each with a number
 * that no other has: every third reads only, and may be repeated. What they were told is held
 * against what the server wrote down.
 *
 * <p>Process model: a virtual thread for each connection, made by {@link #start} and joined by
 * {@link #stop}.
 */
final class NumberedCalls {
    static final int PER_SECOND = 100;

    /** The figure of calls that were at it when their server was killed. */
    static final String LOST_IN_THEIR_RUN = "lost_in_their_run";

    /**
     * As many as wait at once for a server that comes back within {@link #READ_LIMIT}, and more.
     */
    private static final int CONNECTIONS = 48;

    private static final Duration READ_LIMIT = Duration.ofSeconds(30);

    /** What a caller was told. */
    enum Told {
        ANSWERED,
        /** Refused, with when to come back: it did not run. */
        NOT_SENT,
        /** Refused: it may have run. */
        LOST
    }

    private final URI node;
    private final String server;
    private final String ending;
    private final Findings findings;
    private final AtomicLong next = new AtomicLong();
    private final AtomicInteger inFlight = new AtomicInteger();
    private final Map<String, Told> told = new ConcurrentHashMap<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean stopped;

    /**
     * @param server its name, which is before those of its tools
     * @param ending what an answer ends with beside what was sent: nothing, but in a control
     */
    NumberedCalls(URI node, String server, String ending, Findings findings) {
        this.node = node;
        this.server = server;
        this.ending = ending;
        this.findings = findings;
    }

    void start() {
        long begin = System.nanoTime();
        for (int i = 0; i < CONNECTIONS; i++) {
            threads.add(Threads.startVirtual(server + " caller " + i, () -> run(begin)));
        }
    }

    void stop() throws InterruptedException {
        stopped = true;
        for (Thread thread : threads) {
            findings.check(
                    thread.join(READ_LIMIT.multipliedBy(2)), thread.getName() + " has no answer");
        }
    }

    /** Those that were sent and not answered yet. */
    int inFlight() {
        return inFlight.get();
    }

    private void run(long begin) {
        try (RawHttp http = new RawHttp(node, READ_LIMIT)) {
            while (!stopped) {
                long number = next.getAndIncrement();
                await(begin + number * 1_000_000_000 / PER_SECOND);
                call(http, number);
            }
        } catch (IOException | JsonException e) {
            findings.fail(Thread.currentThread().getName() + ": no answer: " + e);
        }
    }

    private static void await(long due) {
        for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
            LockSupport.parkNanos(left);
        }
    }

    private void call(RawHttp http, long number) throws IOException {
        String tool = server + (readsOnly(number) ? "_look" : "_echo");
        String text = text(number);
        JsonObject call =
                Rpc.modern(number, "tools/call", Rpc.call(tool, JsonObject.of("text", text)));
        findings.count("calls", 1);
        inFlight.incrementAndGet();
        try {
            http.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
            RawHttp.Answer answer = http.answer();
            Told what = told(Json.parseObject(answer.body()), number, text + ending);
            if (what == null) {
                findings.fail(tool + ' ' + text + ": " + answer.status() + ' ' + answer.text());
            } else {
                told.put(text, what);
            }
        } finally {
            inFlight.decrementAndGet();
        }
    }

    private static boolean readsOnly(long number) {
        return number % 3 == 0;
    }

    private String text(long number) {
        return server + '-' + number;
    }

    /** Null when that is no answer to this call. */
    private @Nullable Told told(JsonObject answer, long number, String wanted) {
        if (wanted.equals(Rpc.text(answer, JsonNumber.of(number)))) {
            return Told.ANSWERED;
        }
        JsonObject error = answer.object("error").orElse(JsonObject.EMPTY);
        JsonObject data = error.object("data").orElse(JsonObject.EMPTY);
        boolean saysWhoIsGone =
                JsonNumber.of(number).equals(answer.get("id"))
                        && error.integer("code").orElse(0L) == ErrorCode.UPSTREAM_UNAVAILABLE
                        && data.string("component").orElse("").equals("upstreams/" + server);
        if (!saysWhoIsGone) {
            return null;
        }
        return data.has("retryAfterMs") ? Told.NOT_SENT : Told.LOST;
    }

    /** Holds what callers were told against what ran; for when all have been stopped. */
    void judge(Executions executions) {
        Map<String, Integer> runs = executions.counts();
        Set<String> strangers = new TreeSet<>(runs.keySet());
        strangers.removeIf(it -> !it.startsWith(server + '-'));
        for (long number = 0; number < next.get(); number++) {
            String text = text(number);
            strangers.remove(text);
            Told what = told.get(text);
            int ran = runs.getOrDefault(text, 0);
            if (what != null) {
                count(what, ran);
                String wrong = readsOnly(number) ? wrongIfRead(what, ran) : wrong(what, ran);
                findings.check(wrong.isEmpty(), text + wrong);
            }
        }
        findings.check(strangers.isEmpty(), "ran, and nobody called: " + strangers);
    }

    private void count(Told what, int ran) {
        switch (what) {
            case ANSWERED -> findings.count("answered", 1);
            case NOT_SENT -> findings.count("refused_before_they_were_sent", 1);
            case LOST -> findings.count(ran == 0 ? "lost_before_they_ran" : LOST_IN_THEIR_RUN, 1);
        }
        if (ran > 1) {
            findings.count("repeated", 1);
        }
    }

    /** What is wrong with a call that may run once; empty when nothing is. */
    static String wrong(Told what, int ran) {
        boolean isRight =
                switch (what) {
                    case ANSWERED -> ran == 1;
                    case NOT_SENT -> ran == 0;
                    case LOST -> ran <= 1;
                };
        return isRight ? "" : " was told " + what + " and ran " + ran + " times";
    }

    /** The same for one that may be sent again when its server is lost, once. */
    static String wrongIfRead(Told what, int ran) {
        boolean isRight = ran <= 2 && (what != Told.ANSWERED || ran >= 1);
        return isRight ? "" : " only reads, was told " + what + " and ran " + ran + " times";
    }
}
