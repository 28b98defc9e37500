package io.erlmcp.tls;

import io.erlmcp.network.Bounds;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * What a server shows, and what it asks of its clients.
 *
 * @param certificates PEM text: the server's certificate, then those that lead to its authority
 * @param key PEM text: the private key of the certificate, PKCS#8 without a password
 * @param clientAuthorities PEM text: who signs the certificates that clients must show; null asks
 *     for none
 * @param handshake how long a client may take until both sides know each other
 */
public record TlsServerConfig(
        String certificates, String key, @Nullable String clientAuthorities, Duration handshake) {
    public TlsServerConfig {
        Bounds.positive("handshake", handshake);
    }

    /** Asks clients for nothing; they have 10 s for the handshake. */
    public static TlsServerConfig of(String certificates, String key) {
        return new TlsServerConfig(certificates, key, null, Duration.ofSeconds(10));
    }

    /** Asks clients for a certificate of these authorities. */
    public TlsServerConfig withClientAuthorities(String authorities) {
        return new TlsServerConfig(certificates, key, authorities, handshake);
    }

    public TlsServerConfig withHandshake(Duration value) {
        return new TlsServerConfig(certificates, key, clientAuthorities, value);
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "TlsServerConfig["
                + (clientAuthorities == null ? "" : "with certificates of clients, ")
                + handshake
                + "]";
    }
}
