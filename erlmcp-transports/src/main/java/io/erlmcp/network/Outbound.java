package io.erlmcp.network;

import io.erlmcp.transport.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;

/**
 * The way out of one connection: counts what the peer has not taken yet, against the node's budget
 * and against the clock. Touched by the connection's loop only, but for {@link #unsentBytes}.
 */
public final class Outbound {
    /** A peer that takes less than this does not read. */
    private static final long LEAST_BYTES_PER_SECOND = 1024;

    private static final long NANOS_PER_SECOND = 1_000_000_000L;

    /** What Netty adds to each waiting buffer in its count. */
    private static final int ENTRY_BYTES = 96;

    private final Channel channel;
    private final ByteBudget budget;
    private final long stallNanos;
    private long written;
    private long charged;
    private boolean unflushed;
    private boolean watching;
    private long watchedSince;
    private long watchedTaken;

    /**
     * @param stallNanos how long a peer may take less than 1 KiB a second of what waits for it
     */
    public Outbound(Channel channel, ByteBudget budget, long stallNanos) {
        this.channel = channel;
        this.budget = budget;
        this.stallNanos = stallNanos;
    }

    /** Queues bytes, which belong to the channel from now on. */
    public void write(ByteBuf bytes) {
        written += bytes.readableBytes();
        unflushed = true;
        var _ = channel.write(bytes, channel.voidPromise());
    }

    /**
     * Gives the peer what it takes. With nothing to give this must do nothing: TLS would make an
     * empty record, whose leaving would call for the next flush, without end.
     */
    public void flush() {
        if (unflushed) {
            unflushed = false;
            channel.flush();
        }
        settle();
    }

    /** Brings the budget up to date. */
    public void settle() {
        long unsent = unsentBytes();
        if (unsent != charged) {
            budget.charge(unsent - charged);
            charged = unsent;
        }
    }

    /** Gives everything back; the connection is gone. */
    public void closed() {
        budget.release(charged);
        charged = 0;
    }

    /** Ends our output, with TLS's own farewell before; the peer may still send. */
    public void end() {
        if (!(channel instanceof DuplexChannel duplex)) {
            return;
        }
        SslHandler tls = channel.pipeline().get(SslHandler.class);
        if (tls == null) {
            var _ = duplex.shutdownOutput();
        } else {
            var _ =
                    tls.closeOutbound()
                            .addListener(
                                    (ChannelFutureListener)
                                            said -> {
                                                var _ = duplex.shutdownOutput();
                                            });
        }
    }

    /** Bytes that wait for the peer; from any thread. */
    public long unsentBytes() {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        return buffer == null ? 0 : buffer.totalPendingWriteBytes();
    }

    /** Whether the peer took too little of what waits for it, for as long as it may. */
    public boolean isStalled(long nowNanos) {
        ChannelOutboundBuffer buffer = channel.unsafe().outboundBuffer();
        if (buffer == null || buffer.isEmpty()) {
            watching = false;
            return false;
        }
        long waiting = buffer.totalPendingWriteBytes() - (long) ENTRY_BYTES * buffer.size();
        long taken = written - waiting + buffer.currentProgress();
        if (!watching) {
            watching = true;
            watchedSince = nowNanos;
            watchedTaken = taken;
            return false;
        }
        long elapsed = nowNanos - watchedSince;
        if (elapsed < stallNanos) {
            return false;
        }
        long least = Math.max(1, elapsed / NANOS_PER_SECOND * LEAST_BYTES_PER_SECOND);
        if (taken - watchedTaken < least) {
            return true;
        }
        watchedSince = nowNanos;
        watchedTaken = taken;
        return false;
    }
}
