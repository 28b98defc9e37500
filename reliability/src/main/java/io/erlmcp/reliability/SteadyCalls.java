package io.erlmcp.reliability;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Calls of one tool on a few connections: as fast as they are answered, or when they are due,
 * whether or not earlier ones were answered. What a call takes counts from when it was due.
 *
 * <p>Process model: a virtual thread for each connection, joined by each measurement.
 */
final class SteadyCalls {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int CONNECTIONS = 16;
    private static final Duration CONNECTING = Duration.ofMillis(300);

    private final URI server;
    private final String tool;
    private final Findings findings;

    SteadyCalls(URI server, String tool, Findings findings) {
        this.server = server;
        this.tool = tool;
        this.findings = findings;
    }

    /** What calls took, in nanoseconds, the shortest first. */
    record Times(List<Long> sorted) {
        long micros(double share) {
            int at = (int) Math.min(sorted.size() - 1L, (long) (sorted.size() * share));
            return sorted.isEmpty() ? 0 : sorted.get(at) / 1_000;
        }

        /** All of both. */
        Times with(Times other) {
            return new Times(
                    Stream.concat(sorted.stream(), other.sorted.stream()).sorted().toList());
        }
    }

    /** Answers in a second when each connection asks again as soon as it has its answer. */
    double capacity(Duration time) throws InterruptedException {
        Times times = run(time, 0);
        return times.sorted().size() * 1e9 / time.toNanos();
    }

    /** So many calls in a second, for {@code time}. */
    Times atRate(double perSecond, Duration time) throws InterruptedException {
        return run(time, perSecond);
    }

    private Times run(Duration time, double perSecond) throws InterruptedException {
        ConcurrentLinkedQueue<Long> took = new ConcurrentLinkedQueue<>();
        AtomicLong next = new AtomicLong();
        long begin = System.nanoTime() + CONNECTING.toNanos();
        long end = begin + time.toNanos();
        List<Thread> clients = new ArrayList<>();
        for (int i = 0; i < CONNECTIONS; i++) {
            clients.add(
                    Threads.startVirtual(
                            "steady " + i,
                            () -> {
                                try (RawHttp http = new RawHttp(server, PATIENCE)) {
                                    client(http, next, begin, end, perSecond, took);
                                } catch (IOException | JsonException e) {
                                    findings.fail(tool + ": " + e);
                                }
                            }));
        }
        for (Thread client : clients) {
            client.join();
        }
        findings.count("calls", took.size());
        return new Times(took.stream().sorted().toList());
    }

    private void client(
            RawHttp http,
            AtomicLong next,
            long begin,
            long end,
            double perSecond,
            ConcurrentLinkedQueue<Long> took)
            throws IOException {
        while (true) {
            long number = next.getAndIncrement();
            long due =
                    perSecond == 0
                            ? Math.max(begin, System.nanoTime())
                            : begin + (long) (number * 1e9 / perSecond);
            if (due - end >= 0) {
                return;
            }
            for (long left = due - System.nanoTime(); left > 0; left = due - System.nanoTime()) {
                LockSupport.parkNanos(left);
            }
            call(http, number);
            took.add(System.nanoTime() - due);
        }
    }

    private void call(RawHttp http, long number) throws IOException {
        String text = "t" + number;
        JsonObject call =
                Rpc.modern(number, "tools/call", Rpc.call(tool, JsonObject.of("text", text)));
        http.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
        RawHttp.Answer answer = http.answer();
        boolean isRight =
                answer.status() == 200
                        && text.equals(
                                Rpc.text(Json.parseObject(answer.body()), JsonNumber.of(number)));
        findings.check(isRight, tool + ": " + answer.status() + ' ' + answer.text());
    }
}
