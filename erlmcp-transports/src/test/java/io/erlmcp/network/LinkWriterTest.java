package io.erlmcp.network;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The end of a thread that writes for a client. */
@Requirement("transport.reconnect")
class LinkWriterTest {
    private static final String FAULT = "a fault of the test";

    private final BlockingQueue<String> ends = new LinkedBlockingQueue<>();

    private static LinkWriter<String> writer(
            LinkWriter.Sink<String> sink, Consumer<String> broken) {
        return new LinkWriter<>("link", 100, String::length, sink, broken);
    }

    private static void assertWritesNoMore(LinkWriter<String> writer) {
        assertThatThrownBy(() -> writer.send("late"))
                .isInstanceOf(TransportException.class)
                .hasMessage("link is not connected");
    }

    @Test
    void whatIsNoFailureToWriteEndsItsConnection() throws Exception {
        LinkWriter<String> writer =
                writer(
                        text -> {
                            throw new InternalError(FAULT);
                        },
                        ends::add);
        writer.send("one");
        assertThat(ends.poll(30, TimeUnit.SECONDS)).contains("nothing is written any more", FAULT);
        assertWritesNoMore(writer);
    }

    @Test
    void theConnectionMayCutItInTheMiddleOfThat() throws Exception {
        BlockingQueue<LinkWriter<String>> made = new LinkedBlockingQueue<>();
        BlockingQueue<Boolean> interrupts = new LinkedBlockingQueue<>();
        LinkWriter<String> writer =
                writer(
                        text -> {
                            throw new IllegalStateException(FAULT);
                        },
                        why -> {
                            made.remove().cut();
                            interrupts.add(Thread.currentThread().isInterrupted());
                        });
        made.add(writer);
        writer.send("one");
        assertThat(interrupts.poll(30, TimeUnit.SECONDS)).isFalse();
    }

    @Test
    void aFailureToWriteIsLeftToTheReader() {
        List<String> written = new CopyOnWriteArrayList<>();
        LinkWriter<String> writer =
                writer(
                        text -> {
                            written.add(text);
                            throw new IOException("broken pipe");
                        },
                        ends::add);
        writer.send("one");
        await().until(() -> written.size() == 1);
        writer.finish(Duration.ofSeconds(30));
        assertThat(ends).isEmpty();
        assertWritesNoMore(writer);
    }
}
