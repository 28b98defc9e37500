package io.erlmcp.http;

import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The GET stream on which a legacy server speaks without being asked. A server that has none
 * answers 405, and is not asked again; a stream that ends is opened again behind its last event.
 *
 * <p>Process model: runs on one virtual thread that {@link StreamableHttpClientTransport} starts
 * and {@link #stop} ends.
 */
final class HttpClientListener implements Runnable {
    private final HttpClientCalls calls;
    private final ClientReceiver receiver;
    private final String session;
    private final CountDownLatch answered = new CountDownLatch(1);
    private final CountDownLatch stop = new CountDownLatch(1);
    private volatile boolean stopped;
    private volatile boolean hearing;
    private final HttpClientRun reading = new HttpClientRun();
    private @Nullable String lastId;
    private @Nullable Duration retry;

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
                Duration delay = HttpClientBackoff.delay(calls.config(), attempt++, retry);
                observe(
                        new ClientTransportEvent.StreamReconnecting(
                                calls.config().url().toString(), attempt - 1, delay));
                if (stop.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
                    return;
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            hearing = false;
            answered.countDown();
        }
    }

    /**
     * @return whether it is worth another try
     */
    private boolean listen() throws InterruptedException {
        try {
            HttpResponse<InputStream> response = calls.get(lastId);
            reading.reads(response.body());
            if (response.statusCode() != 200
                    || !HttpClientCalls.isOfType(response, "text/event-stream")) {
                HttpClientCalls.discard(response);
                return response.statusCode() >= 500;
            }
            hearing = true;
            answered.countDown();
            pump(
                    new HttpClientEvents(
                            response.body(), calls.config().limits().maxMessageBytes(), lastId));
            return true;
        } catch (HttpClientEvents.LimitExceeded e) {
            observe(
                    new ClientTransportEvent.MessageMalformed(
                            calls.config().url().toString(), String.valueOf(e.getMessage())));
            return false;
        } catch (IOException | TransportException e) {
            return true;
        }
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
