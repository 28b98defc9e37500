package io.erlmcp.tls;

import java.util.List;
import javax.net.ssl.SSLParameters;

/** What is spoken on every connection with TLS. */
final class TlsRules {
    static final String PROTOCOL = "TLSv1.3";
    static final List<String> CIPHERS = List.of("TLS_AES_128_GCM_SHA256", "TLS_AES_256_GCM_SHA384");

    private TlsRules() {}

    static SSLParameters parameters() {
        return new SSLParameters(CIPHERS.toArray(String[]::new), new String[] {PROTOCOL});
    }
}
