package io.erlmcp.config;

import java.time.Duration;

/** TLS 1.3 in front of the MCP endpoints over HTTP, WebSocket, HTTP+SSE and TCP. */
public record TlsConfig(
        @Setting(
                        "The file of the server's certificate in PEM, followed by those that lead"
                            + " to its authority; relative to the configuration. Empty: no TLS.")
                String certificate,
        @Setting("The file of its private key in PEM, PKCS#8 without a password.") String key,
        @Setting(
                        "The file of the authorities in PEM whose certificates clients must show;"
                                + " empty: clients show none.")
                String clientCa,
        @Setting(
                        value = "How long a client may take for the handshake.",
                        min = "100ms",
                        max = "10m")
                Duration handshakeTimeout) {
    public static final TlsConfig DEFAULTS = new TlsConfig("", "", "", Duration.ofSeconds(10));

    public TlsConfig {
        if (certificate.isEmpty() != key.isEmpty()) {
            throw new IllegalArgumentException(
                    "certificate and key come together; one of them is empty");
        }
        if (certificate.isEmpty() && !clientCa.isEmpty()) {
            throw new IllegalArgumentException("client_ca: needs certificate and key");
        }
    }

    public boolean isEnabled() {
        return !certificate.isEmpty();
    }
}
