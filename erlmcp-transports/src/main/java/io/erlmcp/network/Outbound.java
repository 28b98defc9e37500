package io.erlmcp.network;

import io.erlmcp.transport.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelOutboundBuffer;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import org.jspecify.annotations.Nullable;

/**
 * The way out of one connection: counts what the peer has not taken yet, against the node's budget
 * and against the clock. Touched by the connection's loop only, but for {@link #unsentBytes}.
 */
public final class Outbound {
    /** What Netty adds to each waiting buffer in its count. */
    private static final int ENTRY_BYTES = 96;

    private static final WriteBufferWaterMark PIECE_BY_PIECE = new WriteBufferWaterMark(1, 1);

    private final Channel channel;
    private final ByteBudget budget;
    private final ReadingPace pace;
    private long written;
    private long charged;
    private boolean unflushed;

    /** What holds while it does not hand over piece by piece. */
    private @Nullable WriteBufferWaterMark usual;

    /**
     * @param stallNanos how long a peer may be behind one that takes 1 KiB a second of what waits
     *     for it
     */
    public Outbound(Channel channel, ByteBudget budget, long stallNanos) {
        this.channel = channel;
        this.budget = budget;
        this.pace = new ReadingPace(stallNanos);
    }

    /**
     * From now on the channel is writable only while it has nothing that the peer has not taken.
     */
    public void pieceByPiece() {
        if (usual == null) {
            usual = channel.config().getWriteBufferWaterMark();
            channel.config().setWriteBufferWaterMark(PIECE_BY_PIECE);
        }
    }

    /** The end of {@link #pieceByPiece}, if it had begun. */
    public void asUsual() {
        if (usual != null) {
            channel.config().setWriteBufferWaterMark(usual);
            usual = null;
        }
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
            pace.paid();
            return false;
        }
        long waiting = buffer.totalPendingWriteBytes() - (long) ENTRY_BYTES * buffer.size();
        long taken = written - waiting + buffer.currentProgress();
        return pace.isStalled(nowNanos, taken);
    }
}
