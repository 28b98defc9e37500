package io.erlmcp.network;

import java.util.concurrent.atomic.LongAdder;

/** Counts messages and their bytes, framing included, over all connections. Thread-safe. */
public final class Traffic {
    private final LongAdder messagesIn = new LongAdder();
    private final LongAdder messagesOut = new LongAdder();
    private final LongAdder bytesIn = new LongAdder();
    private final LongAdder bytesOut = new LongAdder();

    void read(int bytes) {
        bytesIn.add(bytes);
    }

    void received() {
        messagesIn.increment();
    }

    void sent(int bytes) {
        messagesOut.increment();
        bytesOut.add(bytes);
    }

    public long messagesIn() {
        return messagesIn.sum();
    }

    /** Messages handed to the network. */
    public long messagesOut() {
        return messagesOut.sum();
    }

    public long bytesIn() {
        return bytesIn.sum();
    }

    /** Bytes of messages handed to the network. */
    public long bytesOut() {
        return bytesOut.sum();
    }
}
