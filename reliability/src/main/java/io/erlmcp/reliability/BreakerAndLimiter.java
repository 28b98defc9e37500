package io.erlmcp.reliability;

import io.erlmcp.dispatch.CallLimits;
import io.erlmcp.dispatch.WaitingBounds;
import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.ToolHandler;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.runtime.Threads;
import io.erlmcp.server.McpServer;
import io.erlmcp.server.ServerLimits;
import io.erlmcp.transport.Endpoint;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.concurrent.locks.LockSupport;

/**
 * R27: 10,000 calls at once on virtual threads. A breaker that lets probes through lets through no
 * more than its limit; a caller's share of running calls is exceeded by at most 1 %, also while a
 * million other callers come and go; these leave nothing behind.
 *
 * <p>The limiter is the admission of calls, whose keys are addresses: there is no limiter of rates
 * yet whose keys could be counted.
 */
final class BreakerAndLimiter implements Guarantee {
    private static final String RACE = "breaker-checks-then-acts";
    private static final String MORE = "two-percent-more";
    private static final String KEEP = "keep-every-caller";

    private static final int CALLERS = 20;

    /** Those who call in every other wave, so that the shares are what limits them. */
    private static final int FEW = 10;

    private static final int SHARE = 100;

    /** More than the shares of the few together, fewer than those of all. */
    private static final int ALL = 1_500;

    private static final double OVERSHOOT = 1.01;
    private static final long MAX_GROWTH_MB = 32;
    private static final int KEPT_BYTES = 4096;
    private static final int AT_ONCE = 64;

    /** Long enough for those of one wave to run beside each other on any machine. */
    private static final int SHORTEST_NANOS = 50_000_000;

    private static final Duration PATIENCE = Duration.ofMinutes(2);

    @Override
    public String id() {
        return "R27";
    }

    @Override
    public String title() {
        return "Breaker and limiter under 10,000 calls at once: probes never above the limit, a"
                + " caller's share exceeded by at most 1 %, a million keys in bounded memory";
    }

    @Override
    public List<String> plants() {
        return List.of(RACE, MORE, KEEP);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        int calls = trial.pick(2_000, 10_000, 10_000);
        new ProbesAtOnce(calls, trial.isPlanted(RACE), findings)
                .run(trial.pick(6, 12, 100), trial.random("breaker"));
        limiter(trial, calls, findings);
    }

    // ---- the limiter ----

    private static void limiter(Trial trial, int calls, Findings findings) throws Exception {
        Running running = new Running();
        int share = trial.isPlanted(MORE) ? SHARE + SHARE / 50 : SHARE;
        CallLimits limits =
                new CallLimits(ALL, share, ALL, WaitingBounds.of(20_000), PATIENCE, PATIENCE);
        try (McpServer server =
                McpServer.builder("r27", "1")
                        .limits(
                                new ServerLimits(
                                        limits,
                                        ServerLimits.DEFAULTS.sessions(),
                                        ServerLimits.DEFAULTS.catalogs(),
                                        ServerLimits.DEFAULTS.stateLifetime()))
                        .add(ToolSpec.of("work", running::work), ToolSpec.of("nothing", nothing()))
                        .build()) {
            Strangers strangers = new Strangers(server.endpoint(), trial, findings);
            strangers.warm();
            long before = usedMegabytes();
            Thread others = Threads.startVirtual("strangers", strangers);
            int waves = 0;
            Random random = trial.random("limiter");
            while (waves < trial.pick(2, 3, 20) || others.isAlive()) {
                int callers = waves % 2 == 0 ? FEW : CALLERS;
                wave(server.endpoint(), calls, callers, random, findings);
                waves++;
            }
            others.join();
            findings.count("waves", waves);
            long growth = usedMegabytes() - before;
            findings.largest("growth_mb", Math.max(0, growth));
            findings.check(
                    growth <= MAX_GROWTH_MB,
                    strangers.came() + " callers left " + growth + " MB, not " + MAX_GROWTH_MB);
            strangers.forget();
        }
        running.judge(findings);
    }

    private static ToolHandler nothing() {
        return (arguments, call) -> CallToolResult.text("");
    }

    /** What runs now and ran at most, for each caller and for all. */
    private static final class Running {
        private final AtomicIntegerArray now = new AtomicIntegerArray(CALLERS + 1);
        private final AtomicIntegerArray most = new AtomicIntegerArray(CALLERS + 1);

        CallToolResult work(JsonSlice arguments, CallContext call) {
            JsonObject given = arguments.object();
            int caller = Math.toIntExact(given.requireInteger("caller"));
            enter(caller);
            enter(CALLERS);
            LockSupport.parkNanos(given.requireInteger("nanos"));
            now.decrementAndGet(CALLERS);
            now.decrementAndGet(caller);
            return CallToolResult.text("done");
        }

        private void enter(int which) {
            most.accumulateAndGet(which, now.incrementAndGet(which), Math::max);
        }

        void judge(Findings findings) {
            for (int caller = 0; caller < CALLERS; caller++) {
                int reached = most.get(caller);
                findings.largest("most_of_one_caller", reached);
                findings.check(
                        reached <= SHARE * OVERSHOOT,
                        "caller " + caller + " ran " + reached + " calls, its share is " + SHARE);
                findings.check(
                        caller >= FEW || reached >= SHARE,
                        "caller " + caller + " never ran more than " + reached + " calls");
            }
            int all = most.get(CALLERS);
            findings.largest("most_of_all", all);
            findings.check(all >= ALL, "never more than " + all + " calls ran");
            findings.check(all <= ALL * OVERSHOOT, all + " calls ran, the limit is " + ALL);
        }
    }

    /** All at once; every one is answered. */
    private static void wave(
            Endpoint endpoint, int calls, int callers, Random random, Findings findings)
            throws InterruptedException {
        List<DirectRequest> requests = new ArrayList<>();
        for (int i = 0; i < calls; i++) {
            int caller = i % callers;
            JsonObject arguments =
                    JsonObject.of(
                            "caller", caller, "nanos", SHORTEST_NANOS + random.nextInt(50_000_000));
            requests.add(request("10.0.0." + caller, Rpc.call("work", arguments)));
        }
        List<Thread> threads = new ArrayList<>();
        for (DirectRequest request : requests) {
            threads.add(Threads.startVirtual("caller", () -> request.to(endpoint)));
        }
        for (Thread thread : threads) {
            thread.join();
        }
        for (DirectRequest request : requests) {
            int status = request.await(PATIENCE);
            findings.count(status == 200 ? "answered" : "refused", 1);
            findings.check(
                    status == 200 || request.answer().contains("-31001"),
                    "answered " + status + ": " + request.answer());
        }
    }

    private static DirectRequest request(String address, JsonObject params) {
        return new DirectRequest(address, Rpc.modern(1, "tools/call", params));
    }

    /**
     * Callers that call once and never come back, so that the server's list of callers has to be
     * cleared while others use it.
     */
    private static final class Strangers implements Runnable {
        private final Endpoint endpoint;
        private final Findings findings;
        private final int wanted;
        private final boolean keeps;
        private final List<Object> kept = Collections.synchronizedList(new ArrayList<>());
        private final AtomicInteger came = new AtomicInteger();
        private final AtomicBoolean wrong = new AtomicBoolean();

        Strangers(Endpoint endpoint, Trial trial, Findings findings) {
            this.endpoint = endpoint;
            this.findings = findings;
            this.wanted = trial.pick(30_000, 100_000, 1_000_000);
            this.keeps = trial.isPlanted(KEEP);
        }

        /** As many as the server remembers, so that this memory is there before it is looked at. */
        void warm() throws InterruptedException {
            come(15_000);
        }

        @Override
        public void run() {
            try {
                come(wanted);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            findings.count("other_callers", came.get());
            findings.check(!wrong.get(), "a caller was not answered");
        }

        private void come(int callers) throws InterruptedException {
            Semaphore places = new Semaphore(AT_ONCE);
            for (int i = 0; i < callers; i++) {
                places.acquire();
                int number = came.getAndIncrement();
                Threads.startVirtual(
                        "stranger",
                        () -> {
                            try {
                                one(number);
                            } finally {
                                places.release();
                            }
                        });
            }
            places.acquire(AT_ONCE);
        }

        private void one(int number) {
            DirectRequest request =
                    request("11." + number, Rpc.call("nothing", JsonObject.EMPTY)).to(endpoint);
            try {
                int status = request.await(PATIENCE);
                if (status != 200 && !request.answer().contains("-31001")) {
                    wrong.set(true);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            if (keeps) {
                kept.add(new byte[KEPT_BYTES]);
            }
        }

        int came() {
            return came.get();
        }

        void forget() {
            kept.clear();
        }
    }

    private static long usedMegabytes() {
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least =
                    Math.min(
                            least,
                            ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
        }
        return least >> 20;
    }
}
