package io.erlmcp.tcp;

import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.network.HeldBytes;
import io.erlmcp.network.LoopState;
import io.erlmcp.network.PeerConnection;
import io.erlmcp.transport.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.socket.ChannelInputShutdownEvent;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * The way in of one connection: cuts what comes into lines of bounded length, ended by LF or CR LF.
 * Of a line that is too long the rest is skipped, and the peer is told. Lives on its connection's
 * loop.
 */
final class LineIntake extends ChannelInboundHandlerAdapter {
    private static final byte[] HTTP = " HTTP/".getBytes(StandardCharsets.US_ASCII);

    /** As in 1.1 and 2.0. */
    private static final int VERSION_BYTES = 3;

    private final PeerConnection connection;
    private final LoopState loop;
    private final ByteBudget budget;
    private final int maxLineBytes;
    private final HeldBytes held;
    private boolean skipping;
    private boolean isFirst = true;

    LineIntake(PeerConnection connection, LoopState loop, ByteBudget budget, int maxLineBytes) {
        this.connection = connection;
        this.loop = loop;
        this.budget = budget;
        this.maxLineBytes = maxLineBytes;
        this.held = new HeldBytes(budget);
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf bytes = (ByteBuf) message;
        try {
            connection.readBegins(bytes.readableBytes());
            while (bytes.isReadable() && connection.isListening()) {
                int count = Math.min(bytes.readableBytes(), LoopState.SCRATCH_BYTES);
                bytes.readBytes(loop.scratch(), 0, count);
                take(loop.scratch(), count);
            }
        } finally {
            bytes.release();
        }
        account();
    }

    private void take(byte[] chunk, int count) {
        int at = 0;
        for (int i = 0; i < count && connection.isListening(); i++) {
            if (chunk[i] == '\n') {
                line(chunk, at, i);
                at = i + 1;
            }
        }
        if (at < count && connection.isListening()) {
            keep(chunk, at, count);
        }
    }

    private void line(byte[] chunk, int from, int to) {
        if (skipping) {
            skipping = false;
            return;
        }
        if (held.isEmpty()) {
            deliver(chunk, from, to);
            return;
        }
        held.append(chunk, from, to - from);
        deliver(held.bytes(), held.from(), held.to());
        held.consumeTo(held.to());
    }

    private void deliver(byte[] bytes, int from, int to) {
        int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
        if (end - from > maxLineBytes) {
            tooLong(bytes[from]);
        } else if (isFirst && isHttp(bytes, from, end)) {
            refuseHttp();
        } else if (end > from) {
            isFirst = false;
            connection.received(Arrays.copyOfRange(bytes, from, end));
        }
    }

    /**
     * True for the first line of an HTTP request. A page in a browser can send one here, with
     * messages for a body, and nothing else in it says where it comes from.
     */
    private static boolean isHttp(byte[] bytes, int from, int to) {
        int at = to - HTTP.length - VERSION_BYTES;
        return at > from && Arrays.equals(bytes, at, at + HTTP.length, HTTP, 0, HTTP.length);
    }

    private void refuseHttp() {
        connection.malformed("this port takes one JSON-RPC message a line, it speaks no HTTP");
        connection.close("HTTP on a port for lines");
    }

    /** A first line that is too long to tell, and begins as a method does, is taken for HTTP. */
    private void tooLong(byte start) {
        if (isFirst && start >= 'A' && start <= 'Z') {
            refuseHttp();
            return;
        }
        isFirst = false;
        connection.malformed("a message has at most " + maxLineBytes + " bytes");
    }

    /** Keeps what is no line yet, unless it will be too long; one byte more may be the CR. */
    private void keep(byte[] chunk, int from, int to) {
        if (skipping) {
            return;
        }
        if (held.to() - held.from() + (long) to - from > maxLineBytes + 1L) {
            byte start = held.isEmpty() ? chunk[from] : held.bytes()[held.from()];
            held.clear();
            skipping = true;
            tooLong(start);
            return;
        }
        held.append(chunk, from, to - from);
    }

    private void account() {
        if (!connection.isListening()) {
            held.clear();
            return;
        }
        connection.partial(!held.isEmpty() || skipping);
        if (!held.charge(0)) {
            held.clear();
            connection.malformed(
                    "the server holds "
                            + budget.limitBytes()
                            + " bytes of unfinished messages, its limit");
            connection.close("no room for a message");
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) {
        connection.readEnds();
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        connection.writabilityChanged();
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) {
        if (event instanceof ChannelInputShutdownEvent) {
            inputEnded();
        }
    }

    /** What stands behind the last line end is a line too. */
    private void inputEnded() {
        if (!connection.isListening()) {
            connection.disconnect();
            return;
        }
        if (!held.isEmpty() && !skipping) {
            deliver(held.bytes(), held.from(), held.to());
        }
        held.clear();
        connection.partial(false);
        connection.inputEnded();
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        held.clear();
        connection.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        if (failure instanceof IOException) {
            connection.cut(ConnectionEvent.Reason.PEER);
            return;
        }
        connection.failed(failure);
    }
}
