package io.erlmcp.json;

import java.util.Arrays;
import java.util.concurrent.atomic.AtomicReferenceArray;
import org.jspecify.annotations.Nullable;

/**
 * Names of tools and prompts that were read before: peers send the same few again and again.
 *
 * <p>Bounded: {@link #PLACES} names of at most {@link #MAX_BYTES} bytes; one that comes to a taken
 * place replaces what is there. For all threads.
 */
final class RecentNames {
    private static final int PLACES = 256;
    private static final int MAX_BYTES = 128;
    private static final AtomicReferenceArray<@Nullable Name> NAMES =
            new AtomicReferenceArray<>(PLACES);

    private static final class Name {
        private final byte[] bytes;
        private final String text;

        Name(byte[] bytes, String text) {
            this.bytes = bytes;
            this.text = text;
        }
    }

    private RecentNames() {}

    /** The text of the JSON string whose content lies from {@code from} to {@code to}. */
    static String read(byte[] buf, int from, int to) {
        if (from == to || to - from > MAX_BYTES) {
            return JsonEscapes.decode(buf, from, to);
        }
        int place = place(buf, from, to);
        Name recent = NAMES.get(place);
        if (recent != null && Arrays.equals(recent.bytes, 0, recent.bytes.length, buf, from, to)) {
            return recent.text;
        }
        Name name = new Name(Arrays.copyOfRange(buf, from, to), JsonEscapes.decode(buf, from, to));
        NAMES.set(place, name);
        return name.text;
    }

    /** By some of the bytes: whoever makes them collide gets his own read again, no more. */
    private static int place(byte[] buf, int from, int to) {
        int length = to - from;
        int mixed = length * 31 + buf[from] * 7 + buf[from + length / 2] * 13 + buf[to - 1] * 17;
        return mixed & (PLACES - 1);
    }
}
