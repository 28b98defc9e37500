package io.erlmcp.transport;

import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.runtime.Threads;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Two bounded queues between a client and an endpoint. A client that does not take what the server
 * sends is cut: when more than the bound waits for it, or more than half of it for as long as the
 * server waits.
 *
 * <p>Process model: made and left by {@link InMemoryTransport}. Two virtual threads, one per
 * direction, hand messages over one at a time; they end once the link is closed and their queue is
 * empty.
 */
final class MemoryLink implements Connection {
    private final ClientReceiver client;
    private final Queue toServer;
    private final Queue toClient;
    private final ConnectionHandler server;
    private final int maxQueuedBytes;
    private volatile boolean left;

    /** Why it ended, in the words of the client. */
    private volatile String why = "the server closed the connection";

    MemoryLink(Endpoint endpoint, ClientReceiver client, int maxQueuedBytes) {
        this.client = client;
        this.maxQueuedBytes = maxQueuedBytes;
        this.toServer = new Queue(maxQueuedBytes);
        this.toClient = new Queue(maxQueuedBytes);
        this.server = endpoint.connected(this);
        Threads.startVirtual("memory to server", this::feedServer);
        Threads.startVirtual("memory to client", this::feedClient);
    }

    void toServer(byte[] message) {
        if (!toServer.offer(message)) {
            throw new TransportException(
                    toServer.isClosed()
                            ? TransportException.Kind.CLOSED
                            : TransportException.Kind.LIMIT,
                    toServer.isClosed()
                            ? "the server closed the connection"
                            : "the server does not read");
        }
    }

    /** The client leaves: the server hears of it, the client hears nothing any more. */
    void leave() {
        left = true;
        toServer.close();
        toClient.close();
    }

    /** However it ends, both sides hear of it: nobody waits for a thread that is gone. */
    private void feedServer() {
        try {
            byte[] message;
            while ((message = toServer.take()) != null) {
                server.message(message);
            }
        } catch (RuntimeException | Error bug) {
            failed("the server failed: ", bug);
        }
        close(why);
        server.closed();
    }

    private void feedClient() {
        try {
            byte[] message;
            while ((message = toClient.take()) != null) {
                if (!left) {
                    client.message(message, null);
                }
            }
        } catch (RuntimeException | Error bug) {
            failed("the client failed: ", bug);
        }
        close(why);
        if (!left) {
            client.closed(new TransportException(TransportException.Kind.BROKEN, why));
        }
    }

    private void failed(String whose, Throwable bug) {
        Threads.uncaught(bug);
        why = whose + bug;
    }

    @Override
    public String name() {
        return "memory";
    }

    @Override
    public PeerEvidence evidence() {
        return new PeerEvidence("memory", null, Map.of());
    }

    @Override
    public void send(byte[] buffer, int offset, int length) {
        put(Arrays.copyOfRange(buffer, offset, offset + length));
    }

    @Override
    public void share(SharedBytes message) {
        put(message.bytes());
    }

    private void put(byte[] message) {
        if (!toClient.put(message)) {
            cut("more than " + maxQueuedBytes + " bytes wait for it");
        }
    }

    @Override
    public boolean awaitWritable(Duration limit) throws InterruptedException {
        if (toClient.awaitRoom(limit)) {
            return true;
        }
        if (toClient.giveUp()) {
            cut("more than " + maxQueuedBytes / 2 + " bytes waited for it for " + limit);
        }
        return false;
    }

    /**
     * Tells the server, on a thread of its own: whoever found out may hold locks, and is one of
     * those that are interrupted. Not on a virtual one: a call that goes on sending does not wait
     * any more, and may hold the only processor for them.
     */
    private void cut(String why) {
        toServer.close();
        Threads.startPlatform("memory cut", () -> server.cut(why));
    }

    @Override
    public void close(String reason) {
        toClient.close();
        toServer.close();
    }

    /**
     * Messages on their way in one direction; after {@link #close} what is queued is still handed
     * over.
     */
    private static final class Queue {
        private final int maxBytes;

        /** Guards everything below. */
        private final ReentrantLock lock = new ReentrantLock();

        private final Condition changed = lock.newCondition();
        private final ArrayDeque<byte[]> messages = new ArrayDeque<>();
        private long bytes;
        private boolean closed;

        Queue(int maxBytes) {
            this.maxBytes = maxBytes;
        }

        /** Queues the message, unless the queue is full or closed. */
        boolean offer(byte[] message) {
            lock.lock();
            try {
                return bytes + message.length <= maxBytes && add(message);
            } finally {
                lock.unlock();
            }
        }

        /**
         * Queues the message, of whatever size, unless more than the bound waits already.
         *
         * @return false when that is so; nothing is handed over any more
         */
        boolean put(byte[] message) {
            lock.lock();
            try {
                if (!closed && bytes > maxBytes) {
                    giveUp();
                    return false;
                }
                add(message);
                return true;
            } finally {
                lock.unlock();
            }
        }

        /** Drops what is queued and closes; false when it was closed before. */
        boolean giveUp() {
            lock.lock();
            try {
                if (closed) {
                    return false;
                }
                messages.clear();
                closed = true;
                changed.signalAll();
                return true;
            } finally {
                lock.unlock();
            }
        }

        private boolean add(byte[] message) {
            if (closed) {
                return false;
            }
            messages.add(message);
            bytes += message.length;
            changed.signalAll();
            return true;
        }

        byte @Nullable [] take() {
            lock.lock();
            try {
                while (messages.isEmpty() && !closed) {
                    changed.awaitUninterruptibly();
                }
                byte[] message = messages.poll();
                bytes -= message == null ? 0 : message.length;
                changed.signalAll();
                return message;
            } finally {
                lock.unlock();
            }
        }

        boolean awaitRoom(Duration limit) throws InterruptedException {
            long left = limit.toNanos();
            lock.lock();
            try {
                while (!closed && bytes > maxBytes / 2 && left > 0) {
                    left = changed.awaitNanos(left);
                }
                return !closed && bytes <= maxBytes / 2;
            } finally {
                lock.unlock();
            }
        }

        boolean isClosed() {
            lock.lock();
            try {
                return closed;
            } finally {
                lock.unlock();
            }
        }

        void close() {
            lock.lock();
            try {
                closed = true;
                changed.signalAll();
            } finally {
                lock.unlock();
            }
        }
    }
}
