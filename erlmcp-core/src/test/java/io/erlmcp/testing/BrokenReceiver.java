package io.erlmcp.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.observability.Event;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.TransportException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** The upper end of a client that cannot take a message, and remembers what it is told of that. */
public final class BrokenReceiver implements ClientReceiver {
    /** What it throws at each message. */
    public static final String FAULT = "a fault of the test";

    private final List<String> ends = new CopyOnWriteArrayList<>();
    private final List<Event> events = new CopyOnWriteArrayList<>();

    @Override
    public boolean message(byte[] message, @Nullable RequestId of) {
        throw new InternalError(FAULT);
    }

    @Override
    public void failed(RequestId id, TransportException failure) {
        ends.add(String.valueOf(failure.getMessage()));
    }

    @Override
    public void closed(TransportException failure) {
        ends.add(String.valueOf(failure.getMessage()));
    }

    @Override
    public void sessionLost(TransportException failure) {
        ends.add(String.valueOf(failure.getMessage()));
    }

    @Override
    public void observed(Event event) {
        events.add(event);
    }

    /** Why requests or the path failed. */
    public List<String> ends() {
        return ends;
    }

    /** Waits until the path, or the one request, has failed of the fault. */
    public void awaitEnd() {
        await().dontCatchUncaughtExceptions()
                .untilAsserted(() -> assertThat(ends).singleElement().asString().contains(FAULT));
    }

    /** What an observer was told. */
    public List<Event> events() {
        return events;
    }
}
