package io.erlmcp.tls;

import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.TrustManagerFactory;

/**
 * Certificates and keys from PEM text. What is wrong is said with the name of the thing, and never
 * with what stands in a key.
 */
final class Pem {
    private static final Pattern KEY =
            Pattern.compile("-----BEGIN PRIVATE KEY-----([^-]++)-----END PRIVATE KEY-----");
    private static final List<String> KINDS = List.of("RSA", "EC", "EdDSA");
    private static final char[] IN_MEMORY = {};

    private Pem() {}

    /**
     * @param what names the text in what is thrown
     */
    static X509Certificate[] certificates(String what, String text) {
        try {
            X509Certificate[] all =
                    CertificateFactory.getInstance("X.509")
                            .generateCertificates(
                                    new ByteArrayInputStream(
                                            text.getBytes(StandardCharsets.US_ASCII)))
                            .toArray(X509Certificate[]::new);
            if (all.length > 0) {
                return all;
            }
        } catch (CertificateException | ArrayStoreException e) {
            throw new IllegalArgumentException(what + " holds no certificates in PEM", e);
        }
        throw new IllegalArgumentException(what + " holds no certificate");
    }

    static PrivateKey key(String what, String text) {
        Matcher found = KEY.matcher(text);
        if (!found.find()) {
            throw new IllegalArgumentException(
                    what
                            + " holds no private key in PKCS#8 without a password (BEGIN PRIVATE"
                            + " KEY)");
        }
        try {
            return decoded(what, Base64.getMimeDecoder().decode(found.group(1)));
        } catch (IllegalArgumentException notBase64) {
            // the cause would quote the key
            throw new IllegalArgumentException(what + " holds no private key that can be read");
        }
    }

    private static PrivateKey decoded(String what, byte[] bytes) {
        for (String kind : KINDS) {
            try {
                return KeyFactory.getInstance(kind).generatePrivate(new PKCS8EncodedKeySpec(bytes));
            } catch (InvalidKeySpecException other) {
                // a key of another kind: the next one is tried
            } catch (GeneralSecurityException e) {
                throw new IllegalStateException(e);
            }
        }
        throw new IllegalArgumentException(what + " is no key of the kinds " + KINDS);
    }

    /** Refuses a key that does not belong to the certificate. */
    static void checkPair(String what, PrivateKey key, X509Certificate certificate) {
        String algorithm =
                switch (key.getAlgorithm()) {
                    case "RSA" -> "SHA256withRSA";
                    case "EC" -> "SHA256withECDSA";
                    default -> "EdDSA";
                };
        byte[] probe = "pair".getBytes(StandardCharsets.US_ASCII);
        boolean fits;
        try {
            Signature signature = Signature.getInstance(algorithm);
            signature.initSign(key);
            signature.update(probe);
            byte[] signed = signature.sign();
            signature.initVerify(certificate.getPublicKey());
            signature.update(probe);
            fits = signature.verify(signed);
        } catch (GeneralSecurityException ofAnotherKind) {
            fits = false;
        }
        if (!fits) {
            throw new IllegalArgumentException(what + " does not belong to the certificate");
        }
    }

    /** Who may sign certificates of the other side. */
    static TrustManagerFactory trust(X509Certificate[] authorities)
            throws GeneralSecurityException, java.io.IOException {
        KeyStore store = empty();
        for (int i = 0; i < authorities.length; i++) {
            store.setCertificateEntry("ca-" + i, authorities[i]);
        }
        TrustManagerFactory factory =
                TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        factory.init(store);
        return factory;
    }

    /** What is shown to the other side. */
    static KeyManagerFactory shown(PrivateKey key, X509Certificate[] chain)
            throws GeneralSecurityException, java.io.IOException {
        KeyStore store = empty();
        store.setKeyEntry("own", key, IN_MEMORY, chain);
        KeyManagerFactory factory =
                KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        factory.init(store, IN_MEMORY);
        return factory;
    }

    private static KeyStore empty() throws GeneralSecurityException, java.io.IOException {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        return store;
    }
}
