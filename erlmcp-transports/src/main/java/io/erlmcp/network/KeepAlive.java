package io.erlmcp.network;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.ChannelOption;
import io.netty.channel.epoll.EpollChannelOption;
import io.netty.channel.socket.nio.NioChannelOption;
import java.time.Duration;
import jdk.net.ExtendedSocketOptions;

/**
 * How the kernel finds out that a peer's machine is gone, which says no farewell: half of the time
 * it waits for a sign of life, in the other half it asks six times. What was sent and is not
 * acknowledged for the whole time ends the connection too, where the kernel can be told so.
 */
record KeepAlive(int idleSeconds, int intervalSeconds, int questions, int unacknowledgedMillis) {
    /** So that there is a second for each question. */
    static final int LEAST_SECONDS = 12;

    /** Linux takes no more than 32,767 seconds for one of them. */
    static final int MOST_SECONDS = 12 * 60 * 60;

    private static final int QUESTIONS = 6;

    static KeepAlive of(Duration deadPeer) {
        int seconds = Math.toIntExact(deadPeer.toSeconds());
        int asking = seconds / 2;
        return new KeepAlive(
                seconds - asking,
                asking / QUESTIONS,
                QUESTIONS,
                Math.toIntExact(Duration.ofSeconds(seconds).toMillis()));
    }

    void on(ServerBootstrap bootstrap, boolean isEpoll) {
        bootstrap.childOption(ChannelOption.SO_KEEPALIVE, true);
        if (isEpoll) {
            bootstrap
                    .childOption(EpollChannelOption.TCP_KEEPIDLE, idleSeconds)
                    .childOption(EpollChannelOption.TCP_KEEPINTVL, intervalSeconds)
                    .childOption(EpollChannelOption.TCP_KEEPCNT, questions)
                    .childOption(EpollChannelOption.TCP_USER_TIMEOUT, unacknowledgedMillis);
        } else {
            bootstrap
                    .childOption(
                            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPIDLE), idleSeconds)
                    .childOption(
                            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPINTERVAL),
                            intervalSeconds)
                    .childOption(
                            NioChannelOption.of(ExtendedSocketOptions.TCP_KEEPCOUNT), questions);
        }
    }
}
