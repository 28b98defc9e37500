package io.erlmcp.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;

/**
 * A client's side of TLS: 1.3 only, and a server must show a certificate of an authority that is
 * trusted, for the name that was asked for. Thread-safe.
 */
public final class ClientTls {
    private final SSLContext context;

    private ClientTls(SSLContext context) {
        this.context = context;
    }

    /** Trusts whom the JDK trusts. */
    public static ClientTls usual() {
        try {
            return new ClientTls(SSLContext.getDefault());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this JDK has no TLS", e);
        }
    }

    /**
     * @throws IllegalArgumentException when a certificate or key cannot be used, saying which
     */
    public static ClientTls of(TlsClientConfig config) {
        try {
            SSLContext made = SSLContext.getInstance("TLS");
            made.init(shown(config), trusted(config), null);
            return new ClientTls(made);
        } catch (GeneralSecurityException | IOException e) {
            throw new IllegalArgumentException("the certificates cannot be used", e);
        }
    }

    private static KeyManager[] shown(TlsClientConfig config)
            throws GeneralSecurityException, IOException {
        if (config.certificates() == null || config.key() == null) {
            return new KeyManager[0];
        }
        X509Certificate[] chain =
                Pem.certificates("the client's certificate", config.certificates());
        PrivateKey key = Pem.key("the client's key", config.key());
        Pem.checkPair("the client's key", key, chain[0]);
        return Pem.shown(key, chain).getKeyManagers();
    }

    private static TrustManager @org.jspecify.annotations.Nullable [] trusted(
            TlsClientConfig config) throws GeneralSecurityException, IOException {
        String authorities = config.authorities();
        return authorities == null
                ? null
                : Pem.trust(Pem.certificates("the authority", authorities)).getTrustManagers();
    }

    public SSLContext context() {
        return context;
    }

    /** The version and ciphers; who uses them checks the server's name. */
    public SSLParameters parameters() {
        return TlsRules.parameters();
    }

    /** Shakes hands over {@code plain}, which the result closes. */
    SSLSocket over(Socket plain, String host, int port) throws IOException {
        SSLSocket secured =
                (SSLSocket) context.getSocketFactory().createSocket(plain, host, port, true);
        SSLParameters rules = parameters();
        rules.setEndpointIdentificationAlgorithm("HTTPS");
        secured.setSSLParameters(rules);
        secured.startHandshake();
        return secured;
    }
}
