package io.erlmcp.http;

import io.erlmcp.network.Acceptor;
import io.erlmcp.network.LoopState;
import io.erlmcp.network.PeerAddress;
import io.erlmcp.tls.ServerTls;
import io.netty.channel.Channel;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Assembles what every accepted connection runs through, and tells of the listener. */
record HttpPipeline(ServerScope scope, @Nullable ServerTls tls) implements Acceptor {
    @Override
    public void accepted(Channel channel, LoopState loop, int open) {
        if (tls == null) {
            opened(channel, loop, open);
            return;
        }
        tls.guard(
                channel,
                loop,
                new ServerTls.Outcome() {
                    @Override
                    public void secured() {
                        opened(channel, loop, open);
                    }

                    @Override
                    public void refused(String reason) {
                        scope.handshakeFailed(PeerAddress.of(channel), reason);
                    }
                });
    }

    private void opened(Channel channel, LoopState loop, int open) {
        boolean isSurplus = !scope.gate().admits();
        HttpConnection connection = new HttpConnection(scope, loop, channel);
        connection.intake().surplus(isSurplus);
        channel.pipeline().addLast(connection.intake());
        scope.tell(new HttpEvent.ConnectionOpened(connection.peer(), open));
        if (isSurplus) {
            scope.tell(new HttpEvent.ConnectionRejected(connection.peer(), open));
        }
    }

    @Override
    public void paused(String reason, int open) {
        scope.tell(new HttpEvent.AcceptPaused(reason, open));
    }

    @Override
    public void resumed(Duration pause) {
        scope.tell(new HttpEvent.AcceptResumed(pause));
    }
}
