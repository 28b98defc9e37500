package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.EventStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Requirement({"transport.sse.resume", "R11"})
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class ResumableStreamTest {
    private final SlowLog log = new SlowLog();
    private final ResumableStream stream = new ResumableStream("s", () -> log);

    /** A log whose reads take as long as somebody wants; some of what was read is read late. */
    private static final class SlowLog implements EventLog {
        private final EventLog kept =
                EventLogs.inMemory(Instant.EPOCH, SessionLimits.DEFAULTS.events()).create("1");
        private final Semaphore reads = new Semaphore(0);
        private volatile int waiting;

        @Override
        public String newStream(String kind) {
            return kept.newStream(kind);
        }

        @Override
        public void begin(String name, Work work) {
            kept.begin(name, work);
        }

        @Override
        public EventId append(String name, byte[] data) {
            return kept.append(name, data);
        }

        @Override
        public EventId finish(String name, byte[] data) {
            return kept.finish(name, data);
        }

        @Override
        public long lastNumber() {
            return kept.lastNumber();
        }

        @Override
        public void abandon(String name) {
            kept.abandon(name);
        }

        @Override
        public Optional<List<Entry>> after(EventId id) {
            Optional<List<Entry>> found = kept.after(id);
            waiting++;
            reads.acquireUninterruptibly();
            return found;
        }

        @Override
        public void close() {
            kept.close();
        }
    }

    /** A client that writes down what it hears. */
    private static final class Heard implements EventStream {
        private final List<String> events = new CopyOnWriteArrayList<>();
        private volatile boolean isClosed;

        @Override
        public void send(@Nullable String id, byte[] data, int offset, int length) {
            events.add(new String(data, offset, length, StandardCharsets.UTF_8));
        }

        @Override
        public void send(String type, byte[] data) {
            throw new AssertionError(type);
        }

        @Override
        public void retry(Duration delay) {
            throw new AssertionError("it is not told to come back");
        }

        @Override
        public boolean awaitWritable(Duration limit) {
            return true;
        }

        @Override
        public boolean isOpen() {
            return !isClosed;
        }

        @Override
        public void close() {
            isClosed = true;
        }
    }

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private CountDownLatch resume(EventId after, Heard heard) {
        CountDownLatch over = new CountDownLatch(1);
        Thread.startVirtualThread(
                () -> {
                    if (stream.resume(after, () -> heard)) {
                        over.countDown();
                    }
                });
        return over;
    }

    @Test
    void whoeverSendsDoesNotWaitForTheReadOfAClientThatComesBack() throws Exception {
        EventId last = log.append("s", bytes("one"));
        stream.send(bytes("two"));
        Heard heard = new Heard();
        CountDownLatch over = resume(last, heard);
        await().until(() -> log.waiting == 1);
        stream.share(SharedBytes.of(bytes("three")));
        assertThat(stream.isAttached()).isFalse();
        log.reads.release();
        await().until(() -> log.waiting == 2);
        stream.send(bytes("four"));
        log.reads.release(10);
        over.await();
        stream.send(bytes("five"));
        assertThat(heard.events).containsExactly("two", "three", "four", "five");
    }

    @Test
    void behindAStreamThatNeverRestsTheLastReadIsMadeWhileItWaits() throws Exception {
        EventId last = log.append("s", bytes("0"));
        Heard heard = new Heard();
        CountDownLatch over = resume(last, heard);
        for (int i = 1; i <= 5; i++) {
            int looks = i;
            await().until(() -> log.waiting == looks);
            stream.send(bytes("" + i));
            log.reads.release();
        }
        await().until(() -> log.waiting == 6);
        Thread late = Thread.startVirtualThread(() -> stream.send(bytes("6")));
        await().until(() -> late.getState() == Thread.State.WAITING);
        log.reads.release();
        over.await();
        late.join();
        assertThat(heard.events).containsExactly("1", "2", "3", "4", "5", "6");
    }

    @Test
    void whatIsSaidWhileAStreamOpensIsHeard() throws Exception {
        Heard heard = new Heard();
        List<Thread> saying = new ArrayList<>();
        stream.open(
                () -> {
                    // by now its client may know that it is open
                    Thread says =
                            Thread.startVirtualThread(
                                    () -> stream.share(SharedBytes.of(bytes("one"))));
                    saying.add(says);
                    await().until(() -> says.getState() == Thread.State.WAITING);
                    return heard;
                },
                false);
        saying.getFirst().join();
        assertThat(heard.events).containsExactly("one");
    }

    @Test
    void whatTheLogCannotTellIsNotResumed() {
        EventId last = log.append("s", bytes("one"));
        log.reads.release();
        Heard heard = new Heard();
        EventId never = new EventId("s", last.epoch(), last.number() + 7);
        assertThat(stream.resume(never, () -> heard)).isFalse();
        assertThat(stream.isAttached()).isFalse();
    }
}
