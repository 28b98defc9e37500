package io.erlmcp.websocket;

import io.erlmcp.network.HeldBytes;
import io.erlmcp.network.PeerConnection;
import io.erlmcp.transport.ByteBudget;
import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.websocketx.WebSocket13FrameDecoder;
import io.netty.handler.codec.http.websocketx.WebSocketCloseStatus;
import io.netty.handler.codec.http.websocketx.WebSocketDecoderConfig;

/**
 * The engine's frame decoder, with what it holds of an unfinished frame, and what {@link
 * MessageReader} holds of an unfinished message, counted against the node's budget and the clock.
 */
final class FrameReader extends WebSocket13FrameDecoder {
    private final PeerConnection connection;
    private final HeldBytes fragments;
    private final ByteBudget budget;

    /**
     * @param fragments what came of the message, and charges for this reader too
     */
    FrameReader(
            PeerConnection connection,
            HeldBytes fragments,
            ByteBudget budget,
            WebSocketDecoderConfig rules) {
        super(rules);
        this.connection = connection;
        this.fragments = fragments;
        this.budget = budget;
    }

    /**
     * Masked frames, text in UTF-8; what breaks a rule is thrown, not answered.
     *
     * @param extended whether reserved bits pass, for somebody else to judge
     */
    static WebSocketDecoderConfig rules(int maxMessageBytes, boolean extended) {
        return WebSocketDecoderConfig.newBuilder()
                .maxFramePayloadLength(maxMessageBytes)
                .expectMaskedFrames(true)
                .allowMaskMismatch(false)
                .allowExtensions(extended)
                .closeOnProtocolViolation(false)
                .withUTF8Validator(true)
                .build();
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) throws Exception {
        connection.readBegins(((ByteBuf) message).readableBytes());
        super.channelRead(context, message);
        int held = actualReadableBytes();
        if (!connection.isListening()) {
            fragments.clear();
            return;
        }
        connection.partial(held > 0 || !fragments.isEmpty());
        if (!fragments.charge(held)) {
            fragments.clear();
            connection.endWith(
                    WebSocketFraming.close(
                            WebSocketCloseStatus.TRY_AGAIN_LATER.code(),
                            "the server holds "
                                    + budget.limitBytes()
                                    + " bytes of unfinished messages, its limit"),
                    true);
        }
    }
}
