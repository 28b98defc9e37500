package io.erlmcp.wire;

import io.erlmcp.json.JsonSlice;
import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * What the last few pieces of JSON were read as. A client says who it is in the same bytes again
 * and again; what they mean depends on nothing else, so they are read once, and kept once for all
 * that hold on to it.
 *
 * <p>Bounded: {@link #PLACES} entries of at most {@link #MAX_BYTES}; one that comes to a taken
 * place replaces what is there. For all threads.
 *
 * @param <T> immutable
 */
final class Known<T> {
    static final int MAX_BYTES = 1024;
    private static final int PLACES = 64;
    private static final int STEP = 7;

    private static final class Entry<T> {
        private final byte[] bytes;
        private final T value;

        Entry(byte[] bytes, T value) {
            this.bytes = bytes;
            this.value = value;
        }

        boolean isOf(JsonSlice slice) {
            int from = slice.offset();
            return Arrays.equals(
                    bytes, 0, bytes.length, slice.bytes(), from, from + slice.length());
        }
    }

    private final AtomicReferenceArray<@Nullable Entry<T>> entries =
            new AtomicReferenceArray<>(PLACES);

    /** What was kept for the same bytes; null for nothing. */
    @Nullable T find(JsonSlice slice) {
        if (slice.length() > MAX_BYTES) {
            return null;
        }
        Entry<T> entry = entries.get(place(slice));
        return entry != null && entry.isOf(slice) ? entry.value : null;
    }

    /** Keeps what was read, unless it is too long. */
    void keep(JsonSlice slice, T value) {
        if (slice.length() <= MAX_BYTES) {
            entries.set(place(slice), new Entry<>(slice.toByteArray(), value));
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
