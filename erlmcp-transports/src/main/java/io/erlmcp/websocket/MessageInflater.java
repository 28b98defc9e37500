package io.erlmcp.websocket;

import io.erlmcp.network.HeldBytes;
import io.erlmcp.network.PeerConnection;
import io.erlmcp.transport.ByteBudget;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;

/**
 * Puts compressed messages together and passes each on as one frame in plain; other frames pass as
 * they are. Only on connections that agreed on compression. Lives on its connection's loop.
 */
final class MessageInflater extends ChannelInboundHandlerAdapter {
    /** The first reserved bit, as the engine counts them. */
    private static final int COMPRESSED = 4;

    private final PeerConnection connection;
    private final HeldBytes fragments;
    private final ByteBudget budget;
    private final int maxMessageBytes;
    private boolean inMessage;
    private boolean isText;

    /**
     * @param fragments what came of a message, shared with the handlers around this one: a message
     *     is either compressed or not
     */
    MessageInflater(
            PeerConnection connection,
            HeldBytes fragments,
            ByteBudget budget,
            int maxMessageBytes) {
        this.connection = connection;
        this.fragments = fragments;
        this.budget = budget;
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        WebSocketFrame frame = (WebSocketFrame) message;
        if (!connection.isListening()) {
            context.fireChannelRead(frame);
            return;
        }
        WebSocketFrame plain;
        try {
            boolean begins =
                    frame instanceof TextWebSocketFrame || frame instanceof BinaryWebSocketFrame;
            checkBits(frame, begins);
            if (begins && frame.rsv() == COMPRESSED) {
                inMessage = true;
                isText = frame instanceof TextWebSocketFrame;
            }
            boolean isPart = begins || frame instanceof ContinuationWebSocketFrame;
            plain = inMessage && isPart ? part(frame) : frame.retain();
        } finally {
            frame.release();
        }
        if (plain != null) {
            context.fireChannelRead(plain);
        }
    }

    private static void checkBits(WebSocketFrame frame, boolean begins) {
        if (frame.rsv() != 0 && (frame.rsv() != COMPRESSED || !begins)) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.PROTOCOL_ERROR,
                    "reserved bits " + frame.rsv() + " where they mean nothing");
        }
    }

    /** The message in plain with its last part, null before. */
    private @org.jspecify.annotations.Nullable WebSocketFrame part(WebSocketFrame frame) {
        int length = frame.content().readableBytes();
        if (fragments.to() - fragments.from() + (long) length > maxMessageBytes) {
            throw new CorruptedWebSocketFrameException(
                    WebSocketCloseStatus.MESSAGE_TOO_BIG,
                    "a message has at most " + maxMessageBytes + " bytes");
        }
        fragments.append(frame.content());
        if (!frame.isFinalFragment()) {
            return null;
        }
        byte[] plain =
                Deflate.expand(
                        fragments.bytes(),
                        fragments.from(),
                        fragments.to(),
                        maxMessageBytes,
                        budget);
        fragments.consumeTo(fragments.to());
        inMessage = false;
        return isText
                ? new TextWebSocketFrame(true, 0, Unpooled.wrappedBuffer(plain))
                : new BinaryWebSocketFrame(true, 0, Unpooled.wrappedBuffer(plain));
    }
}
