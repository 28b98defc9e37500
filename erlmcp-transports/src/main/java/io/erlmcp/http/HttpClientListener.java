package io.erlmcp.http;

import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The GET stream on which a legacy server speaks without being asked. A server that has none
 * answers 405, and is not asked again; a stream that ends is opened again behind its last event, or
 * without it where the server does not keep what followed. A server that does not know the session
 * any more ends this, and the receiver hears of it.
 *
 * <p>Process model: runs on one virtual thread that {@link StreamableHttpClientTransport} starts
 * and {@link #stop} ends.
 */
final class HttpClientListener implements Runnable {
    private final HttpClientCalls calls;
    private final ClientReceiver receiver;
    private final String session;
    private static final Set<Integer> FOR_THE_MOMENT = Set.of(408, 409, 429);
    private static final String NO_IDS = "the server's events have no ids";

    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile boolean stopped;
    private volatile boolean hearing;
    private final HttpClientRun reading = new HttpClientRun();
    private @Nullable String lastId;
    private @Nullable Duration retry;

    /** What a busy server asks for before the next attempt. */
    private @Nullable Duration busy;

    private boolean asked;
    private boolean heard;
    private String gap = NO_IDS;

    HttpClientListener(HttpClientCalls calls, ClientReceiver receiver) {
        this.calls = calls;
        this.receiver = receiver;
        this.session = String.valueOf(calls.session());
    }

    /**
     * Waits until the server took a stand on the stream, so that it comes before what is sent next.
     */
    void awaitFirstAnswer(Duration limit) throws InterruptedException {
        answered.await(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    boolean isHearing() {
        return hearing;
    }

    void stop() {
        stopped = true;
        stop.countDown();
        reading.stop();
    }

    @Override
    public void run() {
        reading.begins();
        int attempt = 1;
        try {
            while (!stopped && session.equals(String.valueOf(calls.session()))) {
                String before = lastId;
                if (!listen()) {
                    return;
                }
                attempt = hearing || !Objects.equals(before, lastId) ? 1 : attempt;
                hearing = false;
                answered.countDown();
                Duration delay =
                        HttpClientBackoff.delay(
                                calls.config(), attempt++, busy == null ? retry : busy);
                observe(new ClientTransportEvent.StreamReconnecting(name(), attempt - 1, delay));
                if (stop.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (RuntimeException | Error bug) {
            hearing = false; // first: lists are believed only while changes are heard
            Threads.uncaught(bug);
            observe(new ClientTransportEvent.StreamGivenUp(name(), "it is not read: " + bug));
        } finally {
            hearing = false;
            answered.countDown();
        }
    }

    /**
     * @return whether it is worth another try
     */
    private boolean listen() throws InterruptedException {
        boolean isFirst = !asked;
        asked = true;
        busy = null;
        try {
            HttpResponse<InputStream> response = calls.get(lastId);
            reading.reads(response.body());
            if (response.statusCode() != 200
                    || !HttpClientCalls.isOfType(response, "text/event-stream")) {
                return refused(response, isFirst);
            }
            opened();
            pump(
                    new HttpClientEvents(
                            response.body(), calls.config().limits().maxMessageBytes(), lastId));
            return true;
        } catch (HttpClientEvents.LimitExceeded e) {
            // behind the last id it would only come again
            observe(new ClientTransportEvent.MessageMalformed(name(), reason(e)));
            lastId = null;
            gap = reason(e);
            return true;
        } catch (IOException | TransportException e) {
            return true;
        }
    }

    private void opened() {
        hearing = true;
        answered.countDown();
        if (heard && lastId == null) {
            observe(new ClientTransportEvent.EventsMissed(name(), gap));
        }
        heard = true;
        gap = NO_IDS;
    }

    /**
     * @param isFirst the first answer in this session, which the server knows then: one without a
     *     stream may say so with 404 too
     */
    private boolean refused(HttpResponse<InputStream> response, boolean isFirst) {
        int status = response.statusCode();
        TransportException refusal = calls.refusal(response, calls.session() != null);
        if (status == 400 && lastId != null) {
            lastId = null;
            gap = "the server does not keep the events behind the last one";
            return true;
        }
        if (FOR_THE_MOMENT.contains(status) || status >= 500) {
            busy = refusal.retryAfter().orElse(null);
            return true;
        }
        // some servers say 400 of a session that they do not know
        boolean isLost = (status == 404 && !isFirst) || (status == 400 && heard);
        if (isLost && calls.session() != null) {
            lost(refusal);
        } else if (status != 405 || heard) {
            observe(new ClientTransportEvent.StreamGivenUp(name(), reason(refusal)));
        }
        return false;
    }

    private void lost(TransportException refusal) {
        if (!stopped) {
            receiver.sessionLost(refusal);
        }
    }

    private String name() {
        return calls.config().url().toString();
    }

    private static String reason(Exception e) {
        return String.valueOf(e.getMessage());
    }

    private void pump(HttpClientEvents stream) throws IOException {
        try {
            byte[] data;
            while (!stopped && (data = stream.next()) != null) {
                receiver.message(data, null);
            }
        } finally {
            lastId = stream.lastId();
            retry = stream.retry() == null ? retry : stream.retry();
        }
    }

    private void observe(ClientTransportEvent event) {
        if (!stopped) {
            receiver.observed(event);
        }
    }
}
