package io.erlmcp.websocket;

import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.network.HeldBytes;
import io.erlmcp.network.PeerConnection;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.codec.http.websocketx.BinaryWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CloseWebSocketFrame;
import io.netty.handler.codec.http.websocketx.ContinuationWebSocketFrame;
import io.netty.handler.codec.http.websocketx.CorruptedWebSocketFrameException;
import io.netty.handler.codec.http.websocketx.PingWebSocketFrame;
import io.netty.handler.codec.http.websocketx.TextWebSocketFrame;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketFrame;
import java.io.IOException;
import java.util.Arrays;

/**
 * The way in of one WebSocket connection: puts messages together from frames, answers pings and
 * closes. Frames themselves, their order and their UTF-8 were checked before. Lives on its
 * connection's loop.
 */
final class MessageReader extends SimpleChannelInboundHandler<WebSocketFrame> {
    private final PeerConnection connection;
    private final WebSocketFraming framing;
    private final HeldBytes fragments;
    private final int maxMessageBytes;

    MessageReader(
            PeerConnection connection,
            WebSocketFraming framing,
            HeldBytes fragments,
            int maxMessageBytes) {
        this.connection = connection;
        this.framing = framing;
        this.fragments = fragments;
        this.maxMessageBytes = maxMessageBytes;
    }

    @Override
    protected void channelRead0(ChannelHandlerContext context, WebSocketFrame frame) {
        if (frame instanceof CloseWebSocketFrame close) {
            closed(close);
        } else if (connection.isListening()) {
            listen(frame);
        }
    }

    private void listen(WebSocketFrame frame) {
        switch (frame) {
            case PingWebSocketFrame ping ->
                    connection.control(WebSocketFraming.pong(ByteBufUtil.getBytes(ping.content())));
            case TextWebSocketFrame text -> data(text, false);
            case BinaryWebSocketFrame binary -> data(binary, true);
            case ContinuationWebSocketFrame more -> part(more);
            default -> {
                // a pong: that it came is all that counts
            }
        }
    }

    private void data(WebSocketFrame frame, boolean binary) {
        framing.speaks(binary);
        part(frame);
    }

    private void part(WebSocketFrame frame) {
        ByteBuf content = frame.content();
        if (fragments.isEmpty() && frame.isFinalFragment()) {
            connection.received(ByteBufUtil.getBytes(content));
            return;
        }
        if (fragments.to() - fragments.from() + (long) content.readableBytes() > maxMessageBytes) {
            refuse(
                    WebSocketCloseStatus.MESSAGE_TOO_BIG,
                    "a message has at most " + maxMessageBytes + " bytes");
            return;
        }
        fragments.append(content);
        if (frame.isFinalFragment()) {
            byte[] message =
                    Arrays.copyOfRange(fragments.bytes(), fragments.from(), fragments.to());
            fragments.consumeTo(fragments.to());
            connection.received(message);
        }
    }

    private void closed(CloseWebSocketFrame close) {
        if (connection.isListening()) {
            connection.endWith(WebSocketFraming.closeAnswer(close.statusCode()), true);
        } else {
            connection.answered();
        }
    }

    /** Ends the connection and says why. */
    private void refuse(WebSocketCloseStatus status, String reason) {
        fragments.clear();
        connection.refused(reason);
        connection.endWith(WebSocketFraming.close(status.code(), reason), true);
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
    public void channelInactive(ChannelHandlerContext context) {
        fragments.clear();
        connection.closed();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) {
        switch (failure) {
            case CorruptedWebSocketFrameException corrupt ->
                    refuse(corrupt.closeStatus(), String.valueOf(corrupt.getMessage()));
            case DecoderException bad ->
                    refuse(
                            WebSocketCloseStatus.PROTOCOL_ERROR,
                            "frames cannot be read: " + bad.getMessage());
            case IOException lost -> connection.cut(ConnectionEvent.Reason.PEER);
            default -> connection.failed(failure);
        }
    }
}
