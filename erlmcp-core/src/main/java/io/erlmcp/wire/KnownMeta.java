package io.erlmcp.wire;

import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.RequestMeta;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * The last few {@code _meta} that were read. A modern client says who it is in every request, in
 * the same bytes each time; what they mean depends on nothing else, so they are read once.
 *
 * <p>Bounded: {@link #PLACES} entries of at most {@link #MAX_BYTES}; one that comes to a taken
 * place replaces what is there. For all threads.
 */
final class KnownMeta {
    static final int MAX_BYTES = 1024;
    private static final int PLACES = 64;
    private static final int STEP = 7;

    private static final class Entry {
        private final byte[] bytes;
        private final RequestMeta meta;

        Entry(byte[] bytes, RequestMeta meta) {
            this.bytes = bytes;
            this.meta = meta;
        }

        boolean isOf(JsonSlice slice) {
            int from = slice.offset();
            return Arrays.equals(
                    bytes, 0, bytes.length, slice.bytes(), from, from + slice.length());
        }
    }

    private final AtomicReferenceArray<@Nullable Entry> entries =
            new AtomicReferenceArray<>(PLACES);

    /** What was kept for the same bytes; null for nothing. */
    @Nullable RequestMeta find(JsonSlice slice) {
        if (slice.length() > MAX_BYTES) {
            return null;
        }
        Entry entry = entries.get(place(slice));
        return entry != null && entry.isOf(slice) ? entry.meta : null;
    }

    /** Keeps what was read, unless it is of the kind that differs with every request. */
    void keep(JsonSlice slice, RequestMeta meta) {
        if (slice.length() <= MAX_BYTES && MetaKeys.OF_PEERS.containsAll(meta.raw().keys())) {
            entries.set(place(slice), new Entry(slice.toByteArray(), meta));
        }
    }

    /** By some of the bytes: whoever makes them collide gets his own read again, no more. */
    private static int place(JsonSlice slice) {
        byte[] bytes = slice.bytes();
        int hash = slice.length();
        int last = slice.offset() + slice.length() - 1;
        for (int i = slice.offset(); i <= last; i += STEP) {
            hash = 31 * hash + bytes[i];
        }
        return (hash ^ hash >>> 6 ^ hash >>> 16) & PLACES - 1;
    }
}
