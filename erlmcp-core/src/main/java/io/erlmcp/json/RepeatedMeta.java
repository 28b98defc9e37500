package io.erlmcp.json;

import org.jspecify.annotations.Nullable;

/**
 * A {@code params._meta} that was proven before. A client of the modern era says who it is in the
 * same bytes with every request; where they stand again, under the same limits and in the same
 * place, they are compared and not read.
 *
 * <p>Bounded: {@link #PLACES} of at most {@link #MAX_BYTES} for the process. What has a progress
 * token differs with every request, and is not kept; what is new is kept once in {@link #PATIENCE}
 * times, so that many clients of many kinds cost little. For all threads: entries do not change,
 * and a race loses one.
 */
final class RepeatedMeta {
    static final int MAX_BYTES = 1024;
    static final int PATIENCE = 16;
    private static final int PLACES = 8;

    private static final @Nullable RepeatedMeta[] KNOWN = new RepeatedMeta[PLACES];
    private static int misses;

    private final byte[] bytes;
    private final JsonLimits limits;
    private final int members;

    /**
     * Where the value under the protocol version's name stands, from the first byte; 0 for none.
     */
    private final int versionFrom;

    private final int versionTo;
    private final @Nullable String version;

    private RepeatedMeta(
            byte[] bytes,
            JsonLimits limits,
            int members,
            int versionFrom,
            int versionTo,
            @Nullable String version) {
        this.bytes = bytes;
        this.limits = limits;
        this.members = members;
        this.versionFrom = versionFrom;
        this.versionTo = versionTo;
        this.version = version;
    }

    /**
     * Moves the cursor behind an object that is known; false, and nothing is done, for others.
     *
     * @param envelope of a message whose first {@code _meta} this is
     */
    static boolean skip(JsonText text, Envelope envelope) {
        for (RepeatedMeta it : KNOWN) {
            if (it == null) {
                return false;
            }
            if (it.isAt(text) && text.skip(it.bytes.length, it.members)) {
                if (it.versionTo != 0) {
                    int start = text.pos - it.bytes.length;
                    envelope.version(start + it.versionFrom, start + it.versionTo, it.version);
                }
                return true;
            }
        }
        return false;
    }

    @SuppressWarnings("ReferenceEquality") // other limits that say the same are proven again
    private boolean isAt(JsonText text) {
        return limits == text.limits() && text.continuesWith(bytes);
    }

    /**
     * Keeps the object that ends at the cursor, now and then.
     *
     * @param from its first byte
     * @param members that had been read before it
     * @param envelope of a message whose first {@code _meta} this is: what it has marked is of it
     */
    static void keep(JsonText text, int from, int members, Envelope envelope) {
        int miss = misses++;
        int length = text.pos - from;
        if (miss % PATIENCE != 0 || length > MAX_BYTES || envelope.progressToken() != null) {
            return;
        }
        byte[] bytes = new byte[length];
        System.arraycopy(text.buf, from, bytes, 0, length);
        JsonSlice version = envelope.versionSlice();
        int versionFrom = version == null ? 0 : version.offset() - from;
        KNOWN[Math.floorMod(miss / PATIENCE, PLACES)] =
                new RepeatedMeta(
                        bytes,
                        text.limits(),
                        text.members() - members,
                        versionFrom,
                        version == null ? 0 : versionFrom + version.length(),
                        envelope.protocolVersion());
    }
}
