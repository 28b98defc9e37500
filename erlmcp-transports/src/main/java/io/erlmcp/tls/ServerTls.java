package io.erlmcp.tls;

import io.erlmcp.network.LoopState;
import io.netty.channel.Channel;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.SslProvider;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import javax.net.ssl.SSLException;

/**
 * A server's side of TLS. Thread-safe; made once for each server.
 *
 * <p>Nothing of a connection goes further before its handshake is complete: plain text, an older
 * version, another cipher and a client without the certificate that it must have end there.
 */
public final class ServerTls {
    /** How long a farewell may wait for a peer that does not read. */
    private static final Duration LAST_WORDS = Duration.ofSeconds(1);

    private final SslContext context;
    private final Duration handshake;

    private ServerTls(SslContext context, Duration handshake) {
        this.context = context;
        this.handshake = handshake;
    }

    /** What becomes of a connection. */
    public interface Outcome {
        /** Both sides know each other; adds the handlers of what is spoken. On the loop. */
        void secured();

        /** The handshake failed; the connection closes. On the loop. */
        void refused(String reason);
    }

    /**
     * @throws IllegalArgumentException when a certificate or key cannot be used, saying which
     */
    public static ServerTls of(TlsServerConfig config) {
        X509Certificate[] chain = Pem.certificates("the certificate", config.certificates());
        PrivateKey key = Pem.key("the key", config.key());
        Pem.checkPair("the key", key, chain[0]);
        String authorities = config.clientAuthorities();
        try {
            SslContextBuilder builder =
                    SslContextBuilder.forServer(key, chain)
                            .sslProvider(SslProvider.JDK)
                            .protocols(TlsRules.PROTOCOL)
                            .ciphers(TlsRules.CIPHERS);
            if (authorities != null) {
                builder.clientAuth(ClientAuth.REQUIRE)
                        .trustManager(Pem.certificates("the authority of clients", authorities));
            }
            return new ServerTls(builder.build(), config.handshake());
        } catch (SSLException e) {
            throw new IllegalArgumentException("the certificate cannot be used", e);
        }
    }

    /** Puts the engine in front of a connection that was just accepted. */
    public void guard(Channel channel, LoopState loop, Outcome outcome) {
        SslHandler engine = context.newHandler(channel.alloc());
        engine.setHandshakeTimeoutMillis(handshake.toMillis());
        engine.setCloseNotifyFlushTimeoutMillis(LAST_WORDS.toMillis());
        channel.pipeline().addLast(engine, new TlsGate(channel, loop, outcome));
    }
}
