package io.erlmcp.testing;

import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Base64;
import java.util.List;

/**
 * An authority and what it signs, made anew for each test: X.509 (RFC 5280) with keys on P-256, as
 * PEM text.
 */
public final class TestCertificates {
    private static final int SEQUENCE = 0x30;
    private static final int SET = 0x31;
    private static final int INTEGER = 2;
    private static final int BITS = 3;
    private static final int OCTETS = 4;
    private static final int OBJECT = 6;
    private static final int TEXT = 12;
    private static final int TIME = 0x18;
    private static final int VERSION = 0xa0;
    private static final int EXTENSIONS = 0xa3;
    private static final int DNS_NAME = 0x82;
    private static final int ADDRESS = 0x87;
    private static final byte[] TRUE = {1, 1, (byte) 0xff};
    private static final byte[] ECDSA_SHA256 = {
        0x2a, (byte) 0x86, 0x48, (byte) 0xce, 0x3d, 4, 3, 2
    };
    private static final byte[] COMMON_NAME = {0x55, 4, 3};
    private static final byte[] BASIC_CONSTRAINTS = {0x55, 0x1d, 0x13};
    private static final byte[] ALTERNATIVE_NAMES = {0x55, 0x1d, 0x11};

    private final KeyPair authority = pair();
    private final byte[] name;
    private long serial = 1;

    /** A certificate and its key, as PEM text. */
    public record Pair(String certificate, String key) {}

    public TestCertificates(String name) {
        this.name = commonName(name);
    }

    private static KeyPair pair() {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
            generator.initialize(new ECGenParameterSpec("secp256r1"));
            return generator.generateKeyPair();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The authority's own certificate. */
    public String authority() {
        byte[] isAuthority = extension(BASIC_CONSTRAINTS, true, der(SEQUENCE, TRUE));
        return pem("CERTIFICATE", sign(name, authority, List.of(isAuthority), lifetime(1)));
    }

    /** A certificate for {@code localhost} and 127.0.0.1. */
    public Pair server() {
        try {
            byte[] names =
                    der(
                            SEQUENCE,
                            der(DNS_NAME, "localhost".getBytes(StandardCharsets.US_ASCII)),
                            der(ADDRESS, InetAddress.getByName("127.0.0.1").getAddress()));
            return issue("localhost", List.of(extension(ALTERNATIVE_NAMES, false, names)), 1);
        } catch (java.net.UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }

    /** A certificate for another name than this machine's. */
    public Pair elsewhere() {
        byte[] names =
                der(SEQUENCE, der(DNS_NAME, "other.example".getBytes(StandardCharsets.US_ASCII)));
        return issue("other.example", List.of(extension(ALTERNATIVE_NAMES, false, names)), 1);
    }

    public Pair client(String subject) {
        return issue(subject, List.of(), 1);
    }

    /** A certificate whose time is over. */
    public Pair expired(String subject) {
        return issue(subject, List.of(), -1);
    }

    private Pair issue(String subject, List<byte[]> extensions, int days) {
        KeyPair own = pair();
        byte[] certificate = sign(commonName(subject), own, extensions, lifetime(days));
        return new Pair(pem("CERTIFICATE", certificate), key(own.getPrivate()));
    }

    private static String key(PrivateKey key) {
        return pem("PRIVATE KEY", key.getEncoded());
    }

    private byte[] sign(byte[] subject, KeyPair own, List<byte[]> extensions, byte[] lifetime) {
        byte[] algorithm = der(SEQUENCE, der(OBJECT, ECDSA_SHA256));
        byte[] body =
                der(
                        SEQUENCE,
                        der(VERSION, der(INTEGER, new byte[] {2})),
                        der(INTEGER, BigInteger.valueOf(serial++).toByteArray()),
                        algorithm,
                        name,
                        lifetime,
                        subject,
                        own.getPublic().getEncoded(),
                        extensions.isEmpty()
                                ? new byte[0]
                                : der(
                                        EXTENSIONS,
                                        der(SEQUENCE, extensions.toArray(byte[][]::new))));
        try {
            Signature signature = Signature.getInstance("SHA256withECDSA");
            signature.initSign(authority.getPrivate());
            signature.update(body);
            return der(SEQUENCE, body, algorithm, der(BITS, new byte[1], signature.sign()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** From two days before now until so many days after it. */
    private static byte[] lifetime(int days) {
        Instant now = Instant.now();
        return der(
                SEQUENCE,
                time(now.minus(Duration.ofDays(2))),
                time(now.plus(Duration.ofDays(days))));
    }

    private static byte[] time(Instant instant) {
        String text =
                DateTimeFormatter.ofPattern("yyyyMMddHHmmss'Z'")
                        .withZone(ZoneOffset.UTC)
                        .format(instant);
        return der(TIME, text.getBytes(StandardCharsets.US_ASCII));
    }

    private static byte[] commonName(String text) {
        return der(
                SEQUENCE,
                der(
                        SET,
                        der(
                                SEQUENCE,
                                der(OBJECT, COMMON_NAME),
                                der(TEXT, text.getBytes(StandardCharsets.UTF_8)))));
    }

    private static byte[] extension(byte[] id, boolean isCritical, byte[] value) {
        return der(SEQUENCE, der(OBJECT, id), isCritical ? TRUE : new byte[0], der(OCTETS, value));
    }

    private static byte[] der(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(tag);
        if (content.size() < 0x80) {
            all.write(content.size());
        } else if (content.size() < 0x100) {
            all.write(0x81);
            all.write(content.size());
        } else {
            all.write(0x82);
            all.write(content.size() >>> 8);
            all.write(content.size());
        }
        all.writeBytes(content.toByteArray());
        return all.toByteArray();
    }

    private static String pem(String kind, byte[] der) {
        return "-----BEGIN "
                + kind
                + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der)
                + "\n-----END "
                + kind
                + "-----\n";
    }
}
