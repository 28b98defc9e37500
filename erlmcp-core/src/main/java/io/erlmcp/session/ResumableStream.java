package io.erlmcp.session;

import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.EventStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A stream of events to a legacy client, which outlives the connections it is sent on: every event
 * is logged before it is sent, and a client that comes back gets what it missed.
 *
 * <p>Process model: written by calls and broadcasts, attached and detached by event loops.
 */
final class ResumableStream {
    private static final byte[] PRIMING = {};

    /** When a client should come back to a server that is started again. */
    private static final Duration COME_BACK = Duration.ofSeconds(1);

    /** Reads of what a client missed without holding up those who send. */
    private static final int MAX_LOOKS = 5;

    private final String name;
    private final Supplier<EventLog> logs;

    /**
     * Guards the order of events and which connection they go to. Sending only queues, it never
     * waits.
     */
    private final ReentrantLock lock = new ReentrantLock();

    private volatile @Nullable EventStream attached;
    private boolean finished;

    /**
     * @param logs the session's log, made when there is a first event
     */
    ResumableStream(String name, Supplier<EventLog> logs) {
        this.name = name;
        this.logs = logs;
    }

    String name() {
        return name;
    }

    /** Its request waits for its turn; should this process die first, the next one runs it. */
    void accept(EventLog.Work work) {
        logs.get().accept(name, work);
    }

    /** Its request is run, and never again. */
    void begin(EventLog.Work work) {
        logs.get().begin(name, work);
    }

    /** Likewise, of a request that was accepted; waits for the disk. */
    void beginAccepted(EventLog.Work work) {
        logs.get().beginAccepted(name, work);
    }

    /** As {@link #open(Supplier, boolean)}, on a connection that is open. */
    void open(EventStream connection, boolean prime) {
        open(() -> connection, prime);
    }

    /**
     * Starts sending on the connection that is opened; {@code prime} sends an id first, so that the
     * client can come back. What is sent once the client may know of the stream is not missed.
     */
    void open(Supplier<EventStream> opening, boolean prime) {
        lock.lock();
        try {
            EventStream connection = opening.get();
            replace(connection);
            if (prime) {
                connection.send(logs.get().append(name, PRIMING).toString(), PRIMING, 0, 0);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Goes on after {@code missed} on a new connection; ends it at once if the stream has ended.
     */
    void resume(EventStream connection, List<EventLog.Entry> missed) {
        lock.lock();
        try {
            replace(connection);
            for (EventLog.Entry entry : missed) {
                connection.send(entry.id().toString(), entry.data(), 0, entry.data().length);
            }
            if (finished) {
                connection.close();
                attached = null;
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * Reads what was missed, which may wait for a disk, and attaches once nothing came meanwhile:
     * nobody who sends waits for the disk, but behind a stream that never rests.
     *
     * @return false when the log cannot tell what was missed
     */
    boolean resume(EventId after, Supplier<EventStream> connection) {
        EventLog log = logs.get();
        List<EventLog.Entry> missed = new ArrayList<>();
        for (int looks = 1; ; looks++) {
            long before = log.lastNumber();
            if (!readOn(log, after, missed)) {
                return false;
            }
            lock.lock();
            try {
                boolean isAll = log.lastNumber() == before;
                if (isAll || looks == MAX_LOOKS) {
                    return (isAll || readOn(log, after, missed)) && goOn(connection, missed);
                }
            } finally {
                lock.unlock();
            }
        }
    }

    /** Adds what the log has behind the last of {@code missed}, or behind {@code after}. */
    private static boolean readOn(EventLog log, EventId after, List<EventLog.Entry> missed) {
        var more = log.after(missed.isEmpty() ? after : missed.getLast().id());
        more.ifPresent(missed::addAll);
        return more.isPresent();
    }

    private boolean goOn(Supplier<EventStream> connection, List<EventLog.Entry> missed) {
        resume(connection.get(), missed);
        return true;
    }

    private void replace(EventStream connection) {
        EventStream before = attached;
        attached = connection;
        if (before != null) {
            before.close();
        }
    }

    /**
     * Logs and sends; when nobody is attached, the event waits in the log. Behind the last event,
     * or the end of the session, it is dropped.
     */
    void send(byte[] data) {
        lock.lock();
        try {
            if (finished) {
                return;
            }
            EventId id = logs.get().append(name, data);
            EventStream to = attached;
            if (to != null) {
                to.send(id.toString(), data, 0, data.length);
            }
        } finally {
            lock.unlock();
        }
    }

    /** As {@link #send}, of a message to many, which holds no line break. */
    void share(SharedBytes data) {
        lock.lock();
        try {
            if (finished) {
                return;
            }
            EventId id = logs.get().append(name, data.bytes());
            EventStream to = attached;
            if (to != null) {
                to.share(id.toString(), data, Connection.NOTHING);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Logs and sends the last event; after it nothing comes. */
    void finish(byte[] data) {
        lock.lock();
        try {
            finished = true;
            EventId id = logs.get().finish(name, data);
            EventStream from = attached;
            attached = null;
            if (from != null) {
                from.send(id.toString(), data, 0, data.length);
                from.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Closes the connection, having told the client when to come back. */
    void release(Duration retryAfter) {
        lock.lock();
        try {
            EventStream from = attached;
            attached = null;
            if (from != null) {
                from.retry(retryAfter);
                from.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Lets go of the stream as it is: the process that comes after this one goes on with it. */
    void leave() {
        lock.lock();
        try {
            finished = true;
            EventStream from = attached;
            attached = null;
            if (from != null) {
                from.retry(COME_BACK);
                from.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nothing more will come. */
    void finish() {
        lock.lock();
        try {
            if (!finished) {
                logs.get().abandon(name);
            }
            finished = true;
            EventStream from = attached;
            attached = null;
            if (from != null) {
                from.close();
            }
        } finally {
            lock.unlock();
        }
    }

    /** Waits for a reader that is slow; a client that is away is not waited for. */
    void awaitWritable(Duration limit) throws InterruptedException {
        EventStream to = attached;
        if (to != null) {
            to.awaitWritable(limit);
        }
    }

    boolean isAttached() {
        EventStream to = attached;
        return to != null && to.isOpen();
    }
}
