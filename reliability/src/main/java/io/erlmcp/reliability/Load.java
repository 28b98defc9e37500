package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.runtime.Threads;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantReadWriteLock;

/**
 * Calls of both eras on many connections until it is told to stop. A call is in flight when its
 * last byte was written before the signal to stop: each of these must get its right answer. One
 * more call goes out on each connection after the signal: it may be answered or refused, but never
 * half.
 *
 * <p>Process model: a virtual thread for each HTTP connection, a platform thread that reads the
 * node's standard output; all end with the node.
 */
final class Load {
    private static final Duration READ_LIMIT = Duration.ofSeconds(40);
    private static final int STDIO_WINDOW = 6;

    private final String name;
    private final NodeProcess node;
    private final long seed;
    private final boolean expectsAnother;
    private final Findings findings;

    /** Held for reading while a call is written, for writing while the signal is sent. */
    private final ReentrantReadWriteLock sending = new ReentrantReadWriteLock();

    private final List<Thread> threads = new ArrayList<>();
    private final AtomicLong inFlight = new AtomicLong();
    private final AtomicLong answers = new AtomicLong();
    private final AtomicLong lastAnswer = new AtomicLong(Long.MIN_VALUE);
    private final ConcurrentHashMap<JsonValue, Long> stdioCalls = new ConcurrentHashMap<>();
    private final Semaphore stdioWindow = new Semaphore(STDIO_WINDOW);
    private final CountDownLatch anchorsSent = new CountDownLatch(1);
    private boolean isOverHttp;
    private volatile boolean isStopping;

    /**
     * @param expectsAnother a planted fault: takes each right answer for a wrong one
     */
    Load(String name, NodeProcess node, long seed, boolean expectsAnother, Findings findings) {
        this.name = name;
        this.node = node;
        this.seed = seed;
        this.expectsAnother = expectsAnother;
        this.findings = findings;
    }

    /** Starts so many connections of each era, and stdio. */
    void start(int connectionsOfEachEra) {
        isOverHttp = true;
        for (int i = 0; i < connectionsOfEachEra; i++) {
            Random modern = new Random(seed + 2L * i);
            Random legacy = new Random(seed + 2L * i + 1);
            threads.add(Threads.startVirtual(name + " modern " + i, () -> run(modern, false)));
            threads.add(Threads.startVirtual(name + " legacy " + i, () -> run(legacy, true)));
        }
        startStdioOnly();
    }

    void startStdioOnly() {
        Random random = new Random(seed - 1);
        threads.add(Threads.startPlatform(name + " stdio in", () -> writeStdio(random)));
        threads.add(Threads.startPlatform(name + " stdio out", this::readStdio));
    }

    void awaitAnswers(long count, Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        while (answers.get() < count && System.nanoTime() - end < 0) {
            LockSupport.parkNanos(1_000_000);
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
        }
        findings.check(answers.get() >= count, name + ": " + answers + " answers in " + limit);
    }

    /**
     * Sends the last calls in flight, then the signal, with no call half written; returns when that
     * was.
     */
    long stopSending(Runnable signal) {
        Thread anchor = Threads.startVirtual(name + " anchor", this::anchor);
        threads.add(anchor);
        try {
            anchorsSent.await(READ_LIMIT.toSeconds(), TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        sending.writeLock().lock();
        try {
            isStopping = true;
            findings.count("calls_in_flight_at_the_signal", inFlight.get() + stdioCalls.size());
            long now = System.nanoTime();
            signal.run();
            return now;
        } finally {
            sending.writeLock().unlock();
        }
    }

    void endInput() {
        try {
            node.in().close();
        } catch (IOException e) {
            findings.fail(name + ": standard input cannot be closed: " + e);
        }
    }

    void join(Duration limit) throws InterruptedException {
        for (Thread thread : threads) {
            if (!thread.join(limit)) {
                findings.fail(thread.getName() + " hangs");
                thread.interrupt();
            }
        }
        stdioCalls.forEach(
                (id, millis) ->
                        findings.fail(
                                name
                                        + ": stdio call "
                                        + id
                                        + " was not answered; the node said\n"
                                        + node.lastLines()));
    }

    long lastAnswerNanos() {
        return lastAnswer.get();
    }

    /** A call that surely runs when the signal comes. */
    private void anchor() {
        JsonObject call = Rpc.modern("anchor", "tools/call", Rpc.sleep(GracefulStop.ANCHOR_MILLIS));
        try {
            if (isOverHttp) {
                try (RawHttp connection = new RawHttp(node.mcp(), READ_LIMIT)) {
                    inFlight.incrementAndGet();
                    connection.post(Rpc.bytes(call), RawHttp.modernHeaders(call));
                    anchorsSent.countDown();
                    judge(connection.answer(), call, "slept " + GracefulStop.ANCHOR_MILLIS, true);
                    inFlight.decrementAndGet();
                }
            } else {
                sendStdio(new JsonString("anchor"), GracefulStop.ANCHOR_MILLIS);
            }
        } catch (IOException | RuntimeException e) {
            findings.fail(Thread.currentThread().getName() + ": " + e);
        } finally {
            anchorsSent.countDown();
        }
    }

    private void run(Random random, boolean isLegacy) {
        try (RawHttp connection = new RawHttp(node.mcp(), READ_LIMIT)) {
            String[] session = isLegacy ? session(connection) : new String[0];
            boolean goesOn = true;
            for (int i = 0; goesOn; i++) {
                goesOn = call(connection, random, i, session);
            }
        } catch (IOException | RuntimeException e) {
            findings.fail(Thread.currentThread().getName() + ": " + e);
        }
    }

    static String[] session(RawHttp connection) throws IOException {
        connection.post(Rpc.bytes(Rpc.initialize(0)));
        String id = connection.answer().head().headers().get("mcp-session-id");
        String[] headers = {"Mcp-Session-Id: " + id, "MCP-Protocol-Version: " + Rpc.LEGACY};
        connection.post(Rpc.INITIALIZED.getBytes(StandardCharsets.UTF_8), headers);
        connection.answer();
        return headers;
    }

    /** One call; false when it was the last on this connection. */
    private boolean call(RawHttp connection, Random random, int number, String[] session)
            throws IOException {
        JsonValue id =
                number % 2 == 0 ? JsonNumber.of(number) : new JsonString(Integer.toString(number));
        long millis = random.nextInt(4) == 0 ? 0 : random.nextInt(250);
        boolean isLegacy = session.length > 0;
        JsonObject call =
                isLegacy
                        ? Rpc.legacy(id, "tools/call", Rpc.sleep(millis))
                        : Rpc.modern(id, "tools/call", Rpc.sleep(millis));
        String[] headers = isLegacy ? session : RawHttp.modernHeaders(call);
        String expected = "slept " + (expectsAnother ? millis + 1 : millis);
        boolean isInFlight;
        sending.readLock().lock();
        try {
            isInFlight = !isStopping;
            if (isInFlight) {
                inFlight.incrementAndGet();
                connection.post(Rpc.bytes(call), headers);
            }
        } finally {
            sending.readLock().unlock();
        }
        if (isInFlight) {
            findings.count("http_calls", 1);
            RawHttp.Answer answer = connection.answer();
            inFlight.decrementAndGet();
            judge(answer, call, expected, true);
            return !answer.head().closes();
        }
        late(connection, call, headers, expected);
        return false;
    }

    private void late(RawHttp connection, JsonObject call, String[] headers, String expected) {
        findings.count("late_calls", 1);
        RawHttp.Head head;
        try {
            connection.post(Rpc.bytes(call), headers);
            head = connection.head();
        } catch (IOException e) {
            findings.count(
                    "late_calls_not_taken", 1); // the connection was closed: refused, not half done
            return;
        }
        try {
            judge(
                    new RawHttp.Answer(head, connection.body(head).readAllBytes()),
                    call,
                    expected,
                    false);
            findings.count("late_calls_answered", 1);
        } catch (IOException e) {
            findings.fail(
                    Thread.currentThread().getName() + ": a late call was answered in part: " + e);
        }
    }

    private void judge(
            RawHttp.Answer answer, JsonObject call, String expected, boolean isInFlight) {
        answered();
        if (!isInFlight && answer.status() == 503) {
            return;
        }
        JsonValue id = call.get("id");
        String text =
                answer.status() == 200 && id != null
                        ? Rpc.text(Json.parseObject(answer.body()), id)
                        : null;
        findings.check(
                expected.equals(text),
                Thread.currentThread().getName()
                        + ": "
                        + answer.status()
                        + ' '
                        + answer.text()
                        + " for "
                        + call.toJson());
    }

    private void answered() {
        answers.incrementAndGet();
        lastAnswer.accumulateAndGet(
                System.nanoTime(), (a, b) -> a == Long.MIN_VALUE ? b : Math.max(a, b));
    }

    private void writeStdio(Random random) {
        try {
            for (int i = 0; !isStopping && node.isAlive(); i++) {
                if (stdioWindow.tryAcquire(100, TimeUnit.MILLISECONDS)) {
                    sendStdio(JsonNumber.of(i), random.nextInt(250));
                }
            }
        } catch (IOException e) {
            findings.fail(Thread.currentThread().getName() + ": " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void sendStdio(JsonValue id, long millis) throws IOException {
        byte[] line =
                (Rpc.modern(id, "tools/call", Rpc.sleep(millis)).toJson() + "\n")
                        .getBytes(StandardCharsets.UTF_8);
        sending.readLock().lock();
        try {
            if (!isStopping) {
                stdioCalls.put(id, millis);
                findings.count("stdio_calls", 1);
                OutputStream in = node.in();
                in.write(line);
                in.flush();
            }
        } finally {
            sending.readLock().unlock();
        }
    }

    private void readStdio() {
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(node.out(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                answered();
                stdioWindow.release();
                judgeLine(Json.parseObject(line));
            }
        } catch (IOException | RuntimeException e) {
            findings.fail(Thread.currentThread().getName() + ": " + e);
        }
    }

    private void judgeLine(JsonObject answer) {
        JsonValue id = answer.get("id");
        Long millis = id == null ? null : stdioCalls.remove(id);
        boolean isRight = false;
        if (id != null && millis != null) {
            long expected = expectsAnother ? millis + 1 : millis;
            isRight = ("slept " + expected).equals(Rpc.text(answer, id));
        }
        findings.check(isRight, Thread.currentThread().getName() + ": " + answer.toJson());
    }
}
