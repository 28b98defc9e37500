package io.erlmcp.http;

import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Threads;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One request and the stream of its answer. A legacy stream that breaks after an event with an id
 * is opened again with GET and goes on behind that event.
 *
 * <p>Process model: runs on a virtual thread that {@link StreamableHttpClientTransport} starts and
 * {@link #abandon} stops.
 */
final class HttpClientStream implements Runnable {
    private static final int MAX_LINGER_BYTES = 64 * 1024;

    private final HttpClientCalls calls;
    private final OutgoingMessage message;
    private final RequestId id;
    private final ClientReceiver receiver;
    private final Consumer<HttpClientStream> onAnswered;
    private final CountDownLatch gone = new CountDownLatch(1);
    private volatile boolean abandoned;
    private final HttpClientRun reading = new HttpClientRun();
    private int events;
    private boolean answered;

    /**
     * @param onAnswered hears when the answer is there and the rest of the stream is of no interest
     */
    HttpClientStream(
            HttpClientCalls calls,
            OutgoingMessage message,
            RequestId id,
            ClientReceiver receiver,
            Consumer<HttpClientStream> onAnswered) {
        this.calls = calls;
        this.message = message;
        this.id = id;
        this.receiver = receiver;
        this.onAnswered = onAnswered;
    }

    RequestId id() {
        return id;
    }

    /** Nobody waits any more: closes the stream without a word to the receiver. */
    void abandon() {
        abandoned = true;
        gone.countDown();
        reading.stop();
    }

    @Override
    public void run() {
        reading.begins();
        try {
            if (!abandoned) {
                exchange();
            }
        } catch (InterruptedException e) {
            fail(
                    new TransportException(
                            TransportException.Kind.CLOSED, "the request was given up", e));
        } catch (HttpClientEvents.LimitExceeded e) {
            fail(
                    new TransportException(
                            TransportException.Kind.LIMIT, String.valueOf(e.getMessage()), e));
        } catch (IOException e) {
            fail(broken(e));
        } catch (TransportException e) {
            fail(e);
        } catch (IllegalArgumentException e) {
            fail(
                    new TransportException(
                            TransportException.Kind.LIMIT,
                            "the request cannot be sent: " + e.getMessage(),
                            e));
        } catch (RuntimeException | Error bug) {
            Threads.uncaught(bug);
            // else the call would wait for its time-out
            fail(broken(new IOException("it is not read any more: " + bug, bug)));
        } finally {
            reading.closeBody();
        }
    }

    private void fail(TransportException failure) {
        if (!abandoned) {
            receiver.failed(id, failure);
        }
    }

    private TransportException broken(@Nullable IOException cause) {
        String why = cause == null ? "it ended" : String.valueOf(cause.getMessage());
        return new TransportException(
                TransportException.Kind.BROKEN,
                "the stream of " + message.label() + " broke: " + why,
                cause);
    }

    private void exchange() throws IOException, InterruptedException {
        boolean inSession = calls.session() != null;
        HttpResponse<InputStream> response = calls.post(message.body(), message.headers());
        reading.reads(response.body());
        if (response.statusCode() != 200) {
            throw calls.refusal(response, inSession);
        }
        if (message.label().equals("initialize")) {
            calls.takeSession(response.headers());
        }
        if (HttpClientCalls.isOfType(response, "text/event-stream")) {
            follow(response);
        } else if (HttpClientCalls.isOfType(response, "application/json")) {
            if (!receiver.message(calls.read(response), id)) {
                throw new TransportException(
                        TransportException.Kind.BROKEN,
                        "the server answered something else than " + message.label());
            }
        } else {
            throw calls.refusal(response, false);
        }
    }

    private void follow(HttpResponse<InputStream> response)
            throws IOException, InterruptedException {
        String lastId = null;
        Duration retry = null;
        HttpResponse<InputStream> current = response;
        for (int attempt = 1; true; attempt++) {
            HttpClientEvents stream =
                    new HttpClientEvents(
                            current.body(), calls.config().limits().maxMessageBytes(), lastId);
            IOException cause = pump(stream);
            if (abandoned || answered) {
                return;
            }
            attempt = Objects.equals(stream.lastId(), lastId) ? attempt : 1;
            lastId = stream.lastId();
            retry = stream.retry() == null ? retry : stream.retry();
            if (lastId == null
                    || !calls.isLegacy()
                    || attempt > calls.config().reconnects().attempts()) {
                throw broken(cause);
            }
            current = reopen(attempt, lastId, retry);
        }
    }

    /** Reads to the end; returns what broke the stream, or null where it just ended. */
    private @Nullable IOException pump(HttpClientEvents stream) throws IOException {
        try {
            byte[] data;
            while ((data = stream.next()) != null) {
                if (++events > calls.config().limits().maxEvents()) {
                    throw new HttpClientEvents.LimitExceeded(
                            "more than "
                                    + calls.config().limits().maxEvents()
                                    + " events on one stream");
                }
                if (receiver.message(data, id)) {
                    answered = true;
                    onAnswered.accept(this);
                    linger();
                    return null;
                }
            }
            return null;
        } catch (HttpClientEvents.LimitExceeded e) {
            throw e;
        } catch (IOException e) {
            return e;
        }
    }

    /** Waits for the server to end the stream, so that the connection can be used again. */
    private void linger() throws IOException {
        InputStream open = reading.body();
        if (open != null) {
            open.readNBytes(MAX_LINGER_BYTES);
        }
    }

    private HttpResponse<InputStream> reopen(int attempt, String lastId, @Nullable Duration retry)
            throws IOException, InterruptedException {
        int next = attempt;
        Duration busy = null;
        while (true) {
            Duration delay =
                    HttpClientBackoff.delay(calls.config(), next, busy == null ? retry : busy);
            receiver.observed(
                    new ClientTransportEvent.StreamReconnecting(
                            calls.config().url().toString(), next, delay));
            if (gone.await(delay.toNanos(), TimeUnit.NANOSECONDS)) {
                throw broken(new IOException("it was given up"));
            }
            try {
                HttpResponse<InputStream> response = calls.get(lastId);
                reading.reads(response.body());
                if (response.statusCode() == 200
                        && HttpClientCalls.isOfType(response, "text/event-stream")) {
                    return response;
                }
                TransportException refusal = calls.refusal(response, false);
                busy = refusal.retryAfter().orElse(null);
                boolean isFinal =
                        response.statusCode() < 500
                                && refusal.kind() != TransportException.Kind.BUSY;
                if (isFinal || next >= calls.config().reconnects().attempts()) {
                    throw broken(new IOException(refusal));
                }
            } catch (TransportException e) {
                if (e.kind() == TransportException.Kind.CLOSED
                        || next >= calls.config().reconnects().attempts()) {
                    throw broken(new IOException(e));
                }
            }
            next++;
        }
    }
}
