package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.feature.ToolSpec;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.PipedInputStream;
import java.io.PipedOutputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Requirement("transport.stdio")
@Timeout(60)
class StdioTransportTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private final CountDownLatch entered = new CountDownLatch(1);
    private final CountDownLatch release = new CountDownLatch(1);
    private final CountDownLatch interrupted = new CountDownLatch(1);
    private final McpServer server =
            McpServer.builder("s", "1")
                    .add(
                            ToolSpec.of(
                                    "hold",
                                    (arguments, call) -> {
                                        entered.countDown();
                                        try {
                                            release.await();
                                        } catch (InterruptedException e) {
                                            interrupted.countDown();
                                            throw e;
                                        }
                                        return CallToolResult.text("held");
                                    }))
                    .build();

    @AfterEach
    void close() {
        release.countDown();
        server.close();
    }

    private static StdioTransport.Config config(int line, int high, int unsent, Duration end) {
        return new StdioTransport.Config(line, high, unsent, end, end);
    }

    private static InputStream in(String... lines) {
        return new ByteArrayInputStream(
                (String.join("\n", lines) + "\n")
                        .replace('\'', '"')
                        .getBytes(StandardCharsets.UTF_8));
    }

    private static String ping(int id) {
        return "{'jsonrpc':'2.0','id':" + id + ",'method':'ping'}";
    }

    private static String hold(int id) {
        return "{'jsonrpc':'2.0','id':"
                + id
                + ",'method':'tools/call','params':{'name':'hold','_meta':{"
                + "'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                + "'io.modelcontextprotocol/clientCapabilities':{}}}}";
    }

    private String serve(InputStream in, StdioTransport.Config config) throws Exception {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StdioTransport.serve(server.endpoint(), in, out, config);
        return out.toString(StandardCharsets.UTF_8);
    }

    /** What is done when all was read, and before the end is told. */
    private interface AtTheEnd {
        void happens() throws InterruptedException;
    }

    private static InputStream before(AtTheEnd end, InputStream in) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("not used");
            }

            @Override
            public int read(byte[] to, int offset, int length) throws IOException {
                int count = in.read(to, offset, length);
                try {
                    if (count < 0) {
                        end.happens();
                    }
                } catch (InterruptedException e) {
                    throw new IOException(e);
                }
                return count;
            }
        };
    }

    @Test
    void atTheEndOfInputCallsInProgressAreAnswered() throws Exception {
        assertThat(
                        serve(
                                before(release::countDown, in(hold(1))),
                                config(1024, 1024, 4096, PATIENCE)))
                .contains("\"id\":1,\"result\"")
                .endsWith("}\n");
    }

    @Test
    @Requirement("R19")
    void callsInProgressHaveTheDrainTimeoutAfterTheEndOfInput() throws Exception {
        AtTheEnd later = () -> Thread.startVirtualThread(this::releaseLater);
        var config = new StdioTransport.Config(999, 99, 999, PATIENCE, Duration.ofMillis(1));
        assertThat(serve(before(later, in(hold(1))), config)).contains("\"id\":1,\"result\"");
    }

    private void releaseLater() {
        LockSupport.parkNanos(Duration.ofMillis(200).toNanos());
        release.countDown();
    }

    @Test
    @Requirement("R19")
    void afterAStopTheyHaveTheShutdownTimeout() throws Exception {
        InputStream in = before(() -> new CountDownLatch(1).await(), in(hold(1)));
        var config = new StdioTransport.Config(999, 9, 9, Duration.ofDays(1), Duration.ofMillis(1));
        StdioTransport transport =
                StdioTransport.start(server.endpoint(), in, new ByteArrayOutputStream(), config);
        entered.await();
        transport.stop();
        transport.await();
        assertThat(interrupted.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }

    @Test
    void whatIsNotDoneInTimeAfterTheEndOfInputIsCancelled() throws Exception {
        StdioTransport.Config hasty = config(1024, 1024, 1024, Duration.ofMillis(50));
        assertThat(serve(before(entered::await, in(hold(1))), hasty)).isEmpty();
        assertThat(interrupted.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)).isTrue();
    }

    @Test
    @Requirement({"R17", "transport.limits"})
    void whatIsTooLongOrNoTextIsRefusedAndTheNextLineIsServed() throws Exception {
        int length = ping(1).length();
        String out = serve(in(ping(1), ping(10), ping(2)), config(length, 1024, 4096, PATIENCE));
        assertThat(out.lines())
                .satisfiesExactly(
                        first -> assertThat(first).contains("\"id\":1,\"result\""),
                        second -> assertThat(second).contains("-32700", "at most " + length),
                        third -> assertThat(third).contains("\"id\":2,\"result\""));
        byte[] latin =
                "{\"jsonrpc\":\"2.0\",\"id\":\"\u00e9\",\"method\":\"ping\"}\n"
                        .getBytes(StandardCharsets.ISO_8859_1);
        assertThat(
                        serve(
                                        new SequenceInputStream(
                                                new ByteArrayInputStream(latin), in(ping(3))),
                                        StdioTransport.Config.DEFAULTS)
                                .lines())
                .satisfiesExactly(
                        first -> assertThat(first).contains("-32700"),
                        second -> assertThat(second).contains("\"id\":3,\"result\""));
    }

    @Test
    void blankLinesAndCarriageReturnsAreNoMessages() throws Exception {
        assertThat(serve(in("", "\r", ping(1) + "\r", ""), StdioTransport.Config.DEFAULTS).lines())
                .hasSize(1);
    }

    @Test
    @Requirement({"R14", "transport.limits"})
    void aPeerThatNeverReadsIsGivenUpAtTheBoundAndNotOneByteBefore() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch writing = new CountDownLatch(1);
        HeldConnection held = new HeldConnection();
        PipedOutputStream feed = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(feed);
        Thread serving = serveTo(new Stuck(writing, stuck), in, held, config(64, 10, 30, PATIENCE));
        Connection connection = held.get();
        connection.send(new byte[9], 0, 9);
        writing.await();
        connection.send(new byte[19], 0, 19);
        assertThat(isCut(connection)).as("30 unsent bytes").isFalse();
        connection.send(new byte[0], 0, 0);
        assertThat(isCut(connection)).as("31 unsent bytes").isTrue();
        await().untilAsserted(
                        () ->
                                assertThat(held.cuts())
                                        .containsExactly("more than 30 bytes wait for it"));
        stuck.countDown();
        serving.join(PATIENCE);
        assertThat(serving.isAlive()).as("serves a peer that it gave up").isFalse();
    }

    @Test
    @Requirement("R14")
    void whoWaitsForASlowReaderIsLetGoWhenItReadsAndWhenItDoesNotInTime() throws Exception {
        CountDownLatch stuck = new CountDownLatch(1);
        CountDownLatch writing = new CountDownLatch(1);
        HeldConnection held = new HeldConnection();
        PipedOutputStream feed = new PipedOutputStream();
        PipedInputStream in = new PipedInputStream(feed);
        Thread serving =
                serveTo(new Stuck(writing, stuck), in, held, config(64, 10, 1000, PATIENCE));
        Connection connection = held.get();
        connection.send(new byte[9], 0, 9);
        writing.await();
        assertThat(connection.awaitWritable(Duration.ofNanos(1))).as("at the mark").isTrue();
        connection.send(new byte[0], 0, 0);
        AtomicBoolean letGo = new AtomicBoolean();
        Thread producer =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        letGo.set(connection.awaitWritable(PATIENCE));
                                    } catch (InterruptedException e) {
                                        Thread.currentThread().interrupt();
                                    }
                                });
        stuck.countDown();
        producer.join(PATIENCE);
        assertThat(letGo).as("it read").isTrue();
        feed.close();
        serving.join(PATIENCE);

        CountDownLatch never = new CountDownLatch(1);
        HeldConnection other = new HeldConnection();
        PipedOutputStream otherFeed = new PipedOutputStream();
        Thread second =
                serveTo(
                        new Stuck(new CountDownLatch(1), never),
                        new PipedInputStream(otherFeed),
                        other,
                        config(64, 10, 1000, Duration.ofMillis(50)));
        other.get().send(new byte[20], 0, 20);
        assertThat(other.get().awaitWritable(Duration.ofMillis(20))).as("cut").isFalse();
        assertThat(other.get().awaitWritable(PATIENCE)).as("stays cut").isFalse();
        await().untilAsserted(
                        () ->
                                assertThat(other.cuts())
                                        .containsExactly(
                                                "more than 10 bytes waited for it for PT0.02S"));
        otherFeed.close();
        second.join(PATIENCE);
        never.countDown();
    }

    @Test
    void aClosedOutputEndsTheServerAtOnce() throws Exception {
        OutputStream closed =
                new OutputStream() {
                    @Override
                    public void write(int b) throws IOException {
                        throw new IOException("broken pipe");
                    }
                };
        HeldConnection held = new HeldConnection();
        PipedOutputStream feed = new PipedOutputStream();
        Thread serving =
                serveTo(
                        closed,
                        new PipedInputStream(feed),
                        held,
                        config(64, 10, 100, Duration.ofSeconds(1)));
        held.get().send(new byte[20], 0, 20);
        assertThat(held.get().awaitWritable(PATIENCE)).isFalse();
        serving.join(PATIENCE);
        assertThat(serving.isAlive()).isFalse();
    }

    @Test
    void aStopFromWithinEndsTheInputThoughItsReadIsBlocked() throws Exception {
        PipedOutputStream feed = new PipedOutputStream();
        HeldConnection held = new HeldConnection();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        StdioTransport stdio =
                StdioTransport.start(
                        held, new PipedInputStream(feed), out, config(64, 10, 100, PATIENCE));
        held.get().send("said".getBytes(StandardCharsets.UTF_8), 0, 4);
        stdio.stop();
        stdio.await();
        assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo("said\n");
        feed.close();
    }

    @Test
    void aLongRunOfAnswersArrivesWholeAndInOrder() throws Exception {
        HeldConnection held = new HeldConnection();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        PipedOutputStream feed = new PipedOutputStream();
        Thread serving =
                serveTo(
                        out,
                        new PipedInputStream(feed),
                        held,
                        config(64, 1 << 20, 64 << 20, PATIENCE));
        Connection connection = held.get();
        StringBuilder expected = new StringBuilder();
        for (int i = 0; i < 5_000; i++) {
            String line = i + "x".repeat(i % 400);
            connection.send(line.getBytes(StandardCharsets.UTF_8), 0, line.length());
            expected.append(line).append('\n');
        }
        byte[] large = new byte[1_000_000];
        Arrays.fill(large, (byte) 'y');
        connection.send(large, 0, large.length);
        connection.send("end".getBytes(StandardCharsets.UTF_8), 0, 3);
        feed.close();
        serving.join(PATIENCE);
        assertThat(out.toString(StandardCharsets.UTF_8))
                .isEqualTo(expected + "y".repeat(1_000_000) + "\nend\n");
    }

    @Test
    void boundsAreChecked() {
        assertThat(config(1, 1, 1, PATIENCE).maxLineBytes()).isEqualTo(1);
        assertThatThrownBy(() -> config(0, 1, 1, PATIENCE)).hasMessageContaining("positive");
        assertThatThrownBy(() -> config(1, 0, 1, PATIENCE)).hasMessageContaining("positive");
        assertThatThrownBy(() -> config(1, 2, 1, PATIENCE)).hasMessageContaining("the largest");
    }

    private static boolean isCut(Connection connection) throws InterruptedException {
        AtomicBoolean writable = new AtomicBoolean(true);
        Thread waiter =
                Thread.ofVirtual()
                        .start(
                                () -> {
                                    try {
                                        writable.set(connection.awaitWritable(PATIENCE));
                                    } catch (InterruptedException e) {
                                        writable.set(true);
                                    }
                                });
        waiter.join(Duration.ofMillis(100));
        waiter.interrupt();
        waiter.join();
        return !writable.get();
    }

    private Thread serveTo(
            OutputStream out, InputStream in, Endpoint endpoint, StdioTransport.Config config) {
        return Thread.ofPlatform()
                .start(
                        () -> {
                            try {
                                StdioTransport.serve(endpoint, in, out, config);
                            } catch (IOException | InterruptedException e) {
                                throw new IllegalStateException(e);
                            }
                        });
    }

    /** A pipe that nobody reads until it is let go. */
    private static final class Stuck extends OutputStream {
        private final CountDownLatch writing;
        private final CountDownLatch until;

        Stuck(CountDownLatch writing, CountDownLatch until) {
            this.writing = writing;
            this.until = until;
        }

        @Override
        public void write(int b) throws IOException {
            writing.countDown();
            try {
                until.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            write(0);
        }
    }
}
