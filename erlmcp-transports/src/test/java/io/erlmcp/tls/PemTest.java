package io.erlmcp.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.TestCertificates;
import java.security.KeyPairGenerator;
import java.time.Duration;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Certificates and keys that can be used, and what is said of those that cannot. */
@Requirement("transport.tls-all")
class PemTest {
    private final TestCertificates authority = new TestCertificates("ca");
    private final TestCertificates.Pair server = authority.server();

    private static void refused(String certificate, String key, String why) {
        assertThatThrownBy(() -> ServerTls.of(TlsServerConfig.of(certificate, key)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(why);
    }

    @Test
    void whatIsNoCertificateOrNoKeyIsRefusedByName() {
        refused("", server.key(), "the certificate holds no certificate");
        refused(server.key(), server.key(), "the certificate holds no certificate");
        refused(server.certificate(), server.certificate(), "the key holds no private key");
        refused(server.certificate(), "", "PKCS#8 without a password");
        refused(server.certificate(), authority.client("other").key(), "does not belong");
    }

    @Test
    void aBrokenKeyIsNotQuoted() {
        String broken = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
        assertThatThrownBy(() -> ServerTls.of(TlsServerConfig.of(server.certificate(), broken)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("the key holds no private key that can be read")
                .hasNoCause()
                .message()
                .doesNotContain("c2VjcmV0", "secret");
    }

    @ParameterizedTest
    @ValueSource(strings = {"RSA", "EC", "Ed25519"})
    void keysOfTheseKindsAreRead(String kind) throws Exception {
        byte[] key = KeyPairGenerator.getInstance(kind).generateKeyPair().getPrivate().getEncoded();
        String text =
                "-----BEGIN PRIVATE KEY-----\n"
                        + Base64.getMimeEncoder().encodeToString(key)
                        + "\n-----END PRIVATE KEY-----\n";
        assertThat(Pem.key("the key", text).getEncoded()).isEqualTo(key);
    }

    @Test
    void aCertificateOfAClientComesWithItsKey() {
        assertThatThrownBy(() -> new TlsClientConfig(null, server.certificate(), null))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(
                        () ->
                                ClientTls.of(
                                        TlsClientConfig.usual()
                                                .withCertificate(
                                                        server.certificate(),
                                                        authority.client("x").key())))
                .hasMessageContaining("the client's key does not belong to the certificate");
    }

    @Test
    void aTimeForTheHandshakeIsPositiveAndNoKeyIsPrinted() {
        TlsServerConfig config = TlsServerConfig.of(server.certificate(), server.key());
        assertThatThrownBy(() -> config.withHandshake(Duration.ZERO))
                .hasMessageContaining("time-out handshake is PT0S, must be positive");
        assertThat(config.toString()).doesNotContain("BEGIN");
        assertThat(
                        TlsClientConfig.usual()
                                .withCertificate(server.certificate(), server.key())
                                .toString())
                .doesNotContain("BEGIN");
    }
}
