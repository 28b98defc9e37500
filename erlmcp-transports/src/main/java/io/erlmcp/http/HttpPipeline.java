package io.erlmcp.http;

import io.netty.channel.Channel;
import io.netty.channel.ChannelInitializer;
import io.netty.util.concurrent.EventExecutor;
import java.util.Map;

/** Assembles what every accepted connection runs through. */
final class HttpPipeline extends ChannelInitializer<Channel> {
    private final ServerScope scope;
    private final AcceptGate gate;
    private final Map<EventExecutor, LoopState> loops;

    HttpPipeline(ServerScope scope, AcceptGate gate, Map<EventExecutor, LoopState> loops) {
        this.scope = scope;
        this.gate = gate;
        this.loops = Map.copyOf(loops);
    }

    @Override
    protected void initChannel(Channel channel) {
        LoopState loop = loops.get(channel.eventLoop());
        if (loop == null) {
            throw new IllegalStateException("connection on a loop of another server");
        }
        HttpConnection connection = new HttpConnection(scope, loop, channel);
        channel.pipeline().addLast(connection.intake());
        scope.tell(new HttpEvent.ConnectionOpened(connection.peer(), gate.open()));
    }
}
