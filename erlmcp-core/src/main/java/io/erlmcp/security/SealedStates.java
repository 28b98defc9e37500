package io.erlmcp.security;

import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import javax.crypto.AEADBadTagException;
import javax.crypto.Cipher;
import javax.crypto.spec.GCMParameterSpec;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/**
 * Seals what is handed to a client for safe-keeping: AES-256-GCM, bound to a context that is not
 * part of the text, so that it opens only for the same caller and the same request. Thread-safe.
 *
 * <p>The first key seals; all keys open, so that keys can be rotated without refusing what is on
 * its way.
 */
public final class SealedStates {
    public static final int KEY_BYTES = 32;

    private static final String PREFIX = "v1.";
    private static final int KEY_ID_BYTES = 4;
    private static final int NONCE_BYTES = 12;
    private static final int TAG_BITS = 128;

    private final List<Key> keys;
    private final SecureRandom random;

    @SuppressWarnings("ArrayRecordComponent") // never compared, never shown
    private record Key(byte[] id, SecretKeySpec spec) {}

    /**
     * @param keys at least one key of 32 bytes, the current one first
     */
    public SealedStates(List<byte[]> keys, SecureRandom random) {
        if (keys.isEmpty()) {
            throw new IllegalArgumentException("state keys: at least one is needed");
        }
        this.keys = keys.stream().map(SealedStates::key).toList();
        this.random = random;
    }

    /** With one key that nobody else knows: states open in this process only. */
    public static SealedStates withRandomKey() {
        SecureRandom random = new SecureRandom();
        byte[] key = new byte[KEY_BYTES];
        random.nextBytes(key);
        return new SealedStates(List.of(key), random);
    }

    private static Key key(byte[] bytes) {
        if (bytes.length != KEY_BYTES) {
            throw new IllegalArgumentException(
                    "a state key has " + KEY_BYTES + " bytes, not " + bytes.length);
        }
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(bytes);
            return new Key(Arrays.copyOf(hash, KEY_ID_BYTES), new SecretKeySpec(bytes, "AES"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("SHA-256 is missing", e);
        }
    }

    /** Seals {@code plain}; it opens only with the same {@code context}. */
    public String seal(byte[] plain, byte[] context) {
        Key key = keys.getFirst();
        byte[] nonce = new byte[NONCE_BYTES];
        random.nextBytes(nonce);
        try {
            byte[] sealed = cipher(Cipher.ENCRYPT_MODE, key, nonce, context).doFinal(plain);
            byte[] all =
                    ByteBuffer.allocate(KEY_ID_BYTES + NONCE_BYTES + sealed.length)
                            .put(key.id())
                            .put(nonce)
                            .put(sealed)
                            .array();
            return PREFIX + encode(all);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to seal", e);
        }
    }

    /**
     * What was sealed, or null when the text was changed, sealed for another context, or with a
     * forgotten key.
     */
    public byte @Nullable [] open(String text, byte[] context) {
        byte[] all = decode(text);
        if (all == null || all.length < KEY_ID_BYTES + NONCE_BYTES + TAG_BITS / 8) {
            return null;
        }
        byte[] id = Arrays.copyOf(all, KEY_ID_BYTES);
        byte[] nonce = Arrays.copyOfRange(all, KEY_ID_BYTES, KEY_ID_BYTES + NONCE_BYTES);
        int start = KEY_ID_BYTES + NONCE_BYTES;
        for (Key key : keys) {
            if (Arrays.equals(key.id(), id)) {
                return open(key, nonce, all, start, context);
            }
        }
        return null;
    }

    private static byte @Nullable [] open(
            Key key, byte[] nonce, byte[] all, int start, byte[] context) {
        try {
            return cipher(Cipher.DECRYPT_MODE, key, nonce, context)
                    .doFinal(all, start, all.length - start);
        } catch (AEADBadTagException e) {
            return null;
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("AES-GCM failed to open", e);
        }
    }

    private static String encode(byte[] bytes) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    private static byte @Nullable [] decode(String text) {
        if (!text.startsWith(PREFIX)) {
            return null;
        }
        try {
            String sealed = text.substring(PREFIX.length());
            byte[] bytes = Base64.getUrlDecoder().decode(sealed);
            // The decoder ignores what a last character has too many bits of, and padding.
            return encode(bytes).equals(sealed) ? bytes : null;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private static Cipher cipher(int mode, Key key, byte[] nonce, byte[] context)
            throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance("AES/GCM/NoPadding");
        cipher.init(mode, key.spec(), new GCMParameterSpec(TAG_BITS, nonce));
        cipher.updateAAD(context);
        return cipher;
    }
}
