package io.erlmcp.tls;

import org.jspecify.annotations.Nullable;

/**
 * Whom a client trusts, and what it shows.
 *
 * @param authorities PEM text: who signs the certificates of servers; null for those that the JDK
 *     trusts
 * @param certificates PEM text: the client's certificate, then those that lead to its authority;
 *     null shows none
 * @param key PEM text: the private key of the certificate, PKCS#8 without a password
 */
public record TlsClientConfig(
        @Nullable String authorities, @Nullable String certificates, @Nullable String key) {
    public TlsClientConfig {
        if ((certificates == null) != (key == null)) {
            throw new IllegalArgumentException(
                    "a certificate comes with its key, and a key with it");
        }
    }

    /** Trusts whom the JDK trusts, and shows nothing. */
    public static TlsClientConfig usual() {
        return new TlsClientConfig(null, null, null);
    }

    public TlsClientConfig withAuthorities(String value) {
        return new TlsClientConfig(value, certificates, key);
    }

    public TlsClientConfig withCertificate(String chain, String itsKey) {
        return new TlsClientConfig(authorities, chain, itsKey);
    }

    /** Says nothing of the key. */
    @Override
    public String toString() {
        return "TlsClientConfig["
                + (authorities == null ? "usual authorities" : "own authorities")
                + (certificates == null ? "" : ", with a certificate")
                + "]";
    }
}
