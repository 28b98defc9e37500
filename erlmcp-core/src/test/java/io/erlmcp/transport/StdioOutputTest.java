package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.runtime.Threads;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who writes: the reader what it queued, the writer's thread what lies about. */
@Timeout(60)
class StdioOutputTest {
    private final AtomicInteger givenUp = new AtomicInteger();
    private final AtomicInteger replaced = new AtomicInteger();

    /** Takes bytes once it is opened. */
    private static final class Gate extends OutputStream {
        private final CountDownLatch open = new CountDownLatch(1);
        private final CountDownLatch entered = new CountDownLatch(1);
        private final ByteArrayOutputStream taken = new ByteArrayOutputStream();
        private volatile Thread last = Thread.currentThread();

        @Override
        public void write(int b) throws IOException {
            write(new byte[] {(byte) b}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
            last = Thread.currentThread();
            entered.countDown();
            try {
                open.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            taken.write(bytes, offset, length);
        }

        String text() {
            return taken.toString(StandardCharsets.UTF_8);
        }
    }

    private StdioOutput output(Gate gate) {
        return output(gate, StdioOutput.TICK);
    }

    private StdioOutput output(Gate gate, Duration tick) {
        return new StdioOutput(
                gate,
                new StdioTransport.Config(
                        1024, 1024, 4096, Duration.ofSeconds(1), Duration.ofSeconds(1)),
                givenUp::incrementAndGet,
                replaced::incrementAndGet,
                tick);
    }

    private static boolean send(StdioOutput output, String line, boolean isReader) {
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        return output.send(bytes, 0, bytes.length, isReader);
    }

    @Test
    void whatTheReaderFlushesItWritesItself() throws Exception {
        Gate gate = new Gate();
        gate.open.countDown();
        // so that the writer's thread finds nothing lying about on a slow machine
        StdioOutput output = output(gate, Duration.ofHours(1));
        int byReader = 0;
        for (int i = 0; i < 100; i++) {
            send(output, "line", true);
            assertThat(output.flush()).isTrue();
            byReader += gate.last == Thread.currentThread() ? 1 : 0;
        }
        assertThat(gate.text()).isEqualTo("line\n".repeat(100));
        assertThat(byReader).isEqualTo(100);
        assertThat(replaced).hasValue(0);
        output.close();
        output.join(Duration.ofSeconds(10));
    }

    @Test
    void aReaderThatComesNotToFlushIsNotWaitedFor() throws Exception {
        Gate gate = new Gate();
        gate.open.countDown();
        StdioOutput output = output(gate);
        send(output, "held", true);
        await().untilAsserted(() -> assertThat(gate.text()).isEqualTo("held\n"));
        send(output, "by another", false);
        await().untilAsserted(() -> assertThat(gate.text()).isEqualTo("held\nby another\n"));
        output.close();
        output.join(Duration.ofSeconds(10));
    }

    @Test
    void aReaderThatHangsInItsWriteIsReplacedOnceAndToldSo() throws Exception {
        Gate gate = new Gate();
        StdioOutput output = output(gate);
        send(output, "stuck", true);
        var isStillReader = new AtomicBoolean(true);
        Thread stuck = Threads.startPlatform("reader", () -> isStillReader.set(output.flush()));
        gate.entered.await();
        await().untilAsserted(() -> assertThat(replaced).hasValue(1));
        // the next reader goes on, and others send; nobody writes beside the one that hangs
        send(output, "next", true);
        assertThat(output.flush()).isTrue();
        send(output, "other", false);
        gate.open.countDown();
        stuck.join();
        assertThat(isStillReader).isFalse();
        await().untilAsserted(() -> assertThat(gate.text()).isEqualTo("stuck\nnext\nother\n"));
        assertThat(replaced).hasValue(1);
        output.close();
        output.join(Duration.ofSeconds(10));
    }

    @Test
    void whatIsQueuedIsWrittenAtTheClose() throws Exception {
        Gate gate = new Gate();
        gate.open.countDown();
        StdioOutput output = output(gate);
        send(output, "last", true);
        output.close();
        output.join(Duration.ofSeconds(10));
        assertThat(gate.text()).isEqualTo("last\n");
        assertThat(send(output, "late", true)).isTrue();
        assertThat(output.flush()).isTrue();
        assertThat(gate.text()).isEqualTo("last\n");
    }

    @Test
    void aPeerThatTakesNothingIsGivenUpAtTheBound() throws Exception {
        Gate gate = new Gate();
        StdioOutput output = output(gate);
        assertThat(send(output, "x".repeat(4095), true)).isTrue();
        assertThat(send(output, "", true)).isFalse();
        assertThat(output.isBroken()).isTrue();
        assertThat(givenUp).hasValue(1);
        gate.open.countDown();
        output.join(Duration.ofSeconds(10));
    }
}
