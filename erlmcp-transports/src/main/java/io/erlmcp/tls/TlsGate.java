package io.erlmcp.tls;

import io.erlmcp.network.LoopMember;
import io.erlmcp.network.LoopState;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.codec.DecoderException;
import io.netty.handler.ssl.NotSslRecordException;
import io.netty.handler.ssl.SslHandshakeCompletionEvent;
import java.nio.channels.ClosedChannelException;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * Waits behind the engine for the end of the handshake, and turns the engine's failures into what
 * the handlers behind it know: a lost connection.
 *
 * <p>Process model: lives on its connection's loop, which looks after it until the handshake is
 * over.
 */
final class TlsGate extends ChannelInboundHandlerAdapter {
    private static final int MAX_REASON = 200;

    private final Channel channel;
    private final LoopState loop;
    private final ServerTls.Outcome outcome;
    private final LoopMember waiting =
            new LoopMember() {
                @Override
                protected void tick(long nowNanos) {
                    if (loop.isDraining()) {
                        cutOff();
                    }
                }

                @Override
                protected void end() {
                    cutOff();
                }

                @Override
                protected void cutOff() {
                    var _ = channel.close();
                }
            };
    private boolean over;
    private boolean secured;

    TlsGate(Channel channel, LoopState loop, ServerTls.Outcome outcome) {
        this.channel = channel;
        this.loop = loop;
        this.outcome = outcome;
        loop.add(waiting);
    }

    @Override
    public void userEventTriggered(ChannelHandlerContext context, Object event) throws Exception {
        if (!(event instanceof SslHandshakeCompletionEvent handshake)) {
            super.userEventTriggered(context, event);
        } else if (handshake.isSuccess()) {
            if (leave()) {
                secured = true;
                outcome.secured();
            }
        } else {
            refuse(handshake.cause());
        }
    }

    /** Whether the handshake was not over before. */
    private boolean leave() {
        if (over) {
            return false;
        }
        over = true;
        loop.remove(waiting);
        return true;
    }

    private void refuse(@Nullable Throwable cause) {
        if (leave()) {
            outcome.refused(reason(cause));
        }
    }

    /** What is told must not hold what the peer sent, which may be a password in plain text. */
    private static String reason(@Nullable Throwable cause) {
        return switch (cause) {
            case NotSslRecordException plain -> "the peer does not speak TLS";
            case ClosedChannelException gone -> "the peer left";
            case SSLException failure -> {
                String text = String.valueOf(failure.getMessage());
                yield text.length() > MAX_REASON ? text.substring(0, MAX_REASON) : text;
            }
            case null, default -> "the handshake failed";
        };
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) throws Exception {
        refuse(new ClosedChannelException());
        super.channelInactive(context);
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable failure) throws Exception {
        Throwable cause =
                failure instanceof DecoderException && failure.getCause() instanceof SSLException
                        ? failure.getCause()
                        : failure;
        if (secured) {
            super.exceptionCaught(context, cause);
        } else {
            refuse(cause);
            var _ = context.close();
        }
    }
}
