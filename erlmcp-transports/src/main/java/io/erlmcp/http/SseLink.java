package io.erlmcp.http;

import io.erlmcp.network.LinkWriter;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.runtime.Threads;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.ClientReceiver;
import io.erlmcp.transport.ClientTransportEvent;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * One session over HTTP+SSE (2024-11-05): the event stream, whose first event names where to post,
 * and the posts. A stream that breaks behind an event with an id is opened again and goes on there,
 * as long as the server names the same place; another place is another session.
 *
 * <p>Process model: made and stopped by {@link SseClientTransport}. Three virtual threads: one
 * reads the stream, one posts in order, one ends a stream that fell silent though its server sends
 * comments. They end with {@link #stop}, or when the session is lost.
 */
final class SseLink {
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final HttpClientConfig config;
    private final String name;
    private final ClientReceiver receiver;
    private final HttpClientCalls calls;
    private final Backoff backoff;
    private final HttpClientRun reading = new HttpClientRun();
    private final CountDownLatch begun = new CountDownLatch(1);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final LinkWriter<OutgoingMessage> writer;
    private volatile @Nullable HttpClientCalls posts;
    private volatile @Nullable TransportException refusal;
    private volatile @Nullable HttpClientEvents events;
    private volatile long heardNanos;
    private final AtomicBoolean over = new AtomicBoolean();
    private @Nullable URI endpoint;
    private @Nullable String lastId;
    private @Nullable Duration retry;

    private SseLink(HttpClientConfig config, ClientReceiver receiver) {
        this.config = config;
        this.name = config.url().toString();
        this.receiver = receiver;
        this.calls = new HttpClientCalls(config);
        this.backoff = new Backoff(config.reconnects().first(), config.reconnects().longest());
        this.writer =
                new LinkWriter<>(
                        name,
                        config.limits().maxQueuedBytes(),
                        message -> message.body().length,
                        this::post,
                        why -> lost(broken(why)));
    }

    /**
     * Opens the stream and waits until the server said where to post.
     *
     * @throws TransportException when it does not, within the time to connect
     */
    static SseLink open(HttpClientConfig config, ClientReceiver receiver) {
        SseLink link = new SseLink(config, receiver);
        Threads.startVirtual(link.name + " reader", link::read);
        TransportException failure = link.awaitBegin();
        if (failure != null) {
            link.stop();
            throw failure;
        }
        Threads.startVirtual(link.name + " watch", link::watch);
        return link;
    }

    private @Nullable TransportException awaitBegin() {
        try {
            if (begun.await(config.times().connect().toNanos(), TimeUnit.NANOSECONDS)) {
                return refusal;
            }
            return new TransportException(
                    TransportException.Kind.UNREACHABLE,
                    name + " named no endpoint within " + config.times().connect());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new TransportException(
                    TransportException.Kind.UNREACHABLE, "connecting to " + name + " was given up");
        }
    }

    void send(OutgoingMessage message) {
        writer.send(message);
    }

    private void post(OutgoingMessage message) throws InterruptedException {
        HttpClientCalls to = posts;
        try {
            if (to == null) {
                throw new TransportException(
                        TransportException.Kind.UNREACHABLE, name + " is not connected");
            }
            HttpResponse<InputStream> response = to.deliver(message.body(), message.headers());
            if (response.statusCode() / 100 != 2) {
                throw calls.refusal(response, true);
            }
            HttpClientCalls.discard(response);
        } catch (TransportException e) {
            failed(message, e);
        } catch (IllegalArgumentException e) {
            failed(message, unsendable(e));
        }
    }

    private TransportException unsendable(IllegalArgumentException cause) {
        return new TransportException(
                TransportException.Kind.LIMIT,
                "a request to " + name + " cannot be sent: " + cause.getMessage(),
                cause);
    }

    private void failed(OutgoingMessage message, TransportException failure) {
        RequestId id = message.id();
        if (over.get()) {
            return;
        }
        if (id == null) {
            receiver.observed(
                    new ClientTransportEvent.MessageLost(
                            name, message.label(), String.valueOf(failure.getMessage())));
        } else {
            receiver.failed(id, failure);
        }
        if (failure.kind() == TransportException.Kind.SESSION_LOST) {
            lost(failure);
        }
    }

    private void read() {
        reading.begins();
        try {
            lost(follow());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (TransportException e) {
            lost(e);
        } catch (IllegalArgumentException e) {
            lost(unsendable(e));
        } catch (RuntimeException | Error bug) {
            Threads.uncaught(bug);
            lost(broken("it is not read any more: " + bug)); // else all wait for the time-out
        } finally {
            reading.closeBody();
        }
    }

    /** Reads the stream and those that continue it; returns what ended the last one. */
    private TransportException follow() throws InterruptedException {
        for (int attempt = 1; true; attempt++) {
            String before = lastId;
            TransportException broken = stream();
            attempt = lastId != null && !lastId.equals(before) ? 1 : attempt;
            if (lastId == null || attempt > config.reconnects().attempts()) {
                return broken;
            }
            Duration pause = pause(attempt);
            observe(new ClientTransportEvent.StreamReconnecting(name, attempt, pause));
            if (stop.await(pause.toNanos(), TimeUnit.NANOSECONDS)) {
                return broken;
            }
        }
    }

    /** The longer of what the server asked for and our own, never more than the longest. */
    private Duration pause(int attempt) {
        Duration own = backoff.delay(attempt, ThreadLocalRandom.current().nextDouble());
        Duration asked = retry;
        if (asked == null || asked.compareTo(own) < 0) {
            return own;
        }
        return asked.compareTo(config.reconnects().longest()) > 0
                ? config.reconnects().longest()
                : asked;
    }

    /**
     * Reads one stream to its end.
     *
     * @return what ended it, where another may continue it
     * @throws TransportException when the session is over
     */
    private TransportException stream() throws InterruptedException {
        try {
            HttpResponse<InputStream> response = calls.get(lastId);
            boolean isStream =
                    response.statusCode() == 200
                            && HttpClientCalls.isOfType(response, "text/event-stream");
            if (!isStream) {
                return refused(calls.refusal(response, lastId != null));
            }
            pump(reading.reads(new Heard(response.body())));
            return broken("it ended");
        } catch (HttpClientEvents.LimitExceeded e) {
            throw new TransportException(
                    TransportException.Kind.LIMIT, String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            return broken(String.valueOf(e.getMessage()));
        } catch (TransportException e) {
            if (e.kind() == TransportException.Kind.UNREACHABLE
                    || e.kind() == TransportException.Kind.BROKEN) {
                return e;
            }
            throw e;
        }
    }

    /** A busy server may be asked again; any other status is its last word. */
    private static TransportException refused(TransportException status) {
        if (status.status() >= 500 || status.kind() == TransportException.Kind.BUSY) {
            return status;
        }
        throw status;
    }

    private TransportException broken(String why) {
        return new TransportException(
                TransportException.Kind.BROKEN, "the stream of " + name + " broke: " + why);
    }

    private void pump(InputStream body) throws IOException {
        HttpClientEvents stream =
                new HttpClientEvents(body, config.limits().maxMessageBytes(), lastId);
        events = stream;
        try {
            HttpClientEvents.Event event;
            while (!over.get() && (event = stream.nextEvent()) != null) {
                if (event.isMessage()) {
                    receiver.message(event.data(), null);
                } else if (event.type().equals("endpoint")) {
                    named(new String(event.data(), StandardCharsets.UTF_8));
                }
            }
        } finally {
            lastId = stream.lastId();
            retry = stream.retry() == null ? retry : stream.retry();
        }
    }

    /** The server says where to post. */
    private void named(String location) {
        URI to;
        try {
            to = calls.resolve(location.strip());
        } catch (IOException e) {
            throw new TransportException(
                    TransportException.Kind.LIMIT, name + " names " + e.getMessage(), e);
        }
        if (endpoint != null && !endpoint.equals(to)) {
            throw new TransportException(
                    TransportException.Kind.SESSION_LOST, name + " began another session");
        }
        endpoint = to;
        posts = calls.at(to);
        begun.countDown();
    }

    /** Ends streams on which not even a comment comes any more, where the server sends some. */
    private void watch() {
        long silence = config.times().silence().toNanos();
        try {
            while (!stop.await(silence / 4, TimeUnit.NANOSECONDS)) {
                HttpClientEvents read = events;
                boolean silent = Time.system().nanos() - heardNanos > silence;
                if (silent && read != null && read.hasComments()) {
                    reading.closeBody();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void observe(ClientTransportEvent event) {
        if (!over.get()) {
            receiver.observed(event);
        }
    }

    /** The session is gone; where it never began, whoever opens it hears why. */
    private void lost(TransportException failure) {
        boolean early = begun.getCount() > 0;
        refusal = failure;
        begun.countDown();
        writer.cut();
        if (!early && over.compareAndSet(false, true)) {
            stop.countDown();
            receiver.closed(
                    new TransportException(
                            failure.kind() == TransportException.Kind.LIMIT
                                    ? TransportException.Kind.LIMIT
                                    : TransportException.Kind.BROKEN,
                            "the connection to " + name + " broke: " + failure.getMessage(),
                            failure));
        }
    }

    /** Posts what waits, for a second at most, and leaves; nothing is heard afterwards. */
    void stop() {
        over.set(true);
        writer.finish(LAST_WORDS);
        stop.countDown();
        reading.stop();
        calls.close();
    }

    /** Notes when bytes come. */
    private final class Heard extends FilterInputStream {
        Heard(InputStream body) {
            super(body);
            heardNanos = Time.system().nanos();
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
            int count = super.read(bytes, offset, length);
            heardNanos = Time.system().nanos();
            return count;
        }
    }
}
