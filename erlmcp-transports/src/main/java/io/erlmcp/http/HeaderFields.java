package io.erlmcp.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Header lines as ranges of the bytes they came in. Strings are made only for what is asked; once
 * the same head came twice, what was asked is remembered. For all threads: a race asks twice.
 */
final class HeaderFields {
    private static final int USUAL_FIELDS = 12;
    private static final int MAX_REMEMBERED = 16;
    private static final Asked NOTHING_ASKED = new Asked("", List.of(), null);

    /** The values of one name, and what was asked before; names are constants, so one instance. */
    private static final class Asked {
        private final String name;
        private final List<String> values;
        private final @Nullable Asked before;
        private final int place;

        Asked(String name, List<String> values, @Nullable Asked before) {
            this.name = name;
            this.values = values;
            this.before = before;
            this.place = before == null ? 0 : before.place + 1;
        }
    }

    private final byte[] bytes;

    /** For each header two numbers: name and value, each as {@code from << 16 | to}. */
    private int[] ranges = new int[2 * USUAL_FIELDS];

    private int count;
    private @Nullable Asked asked;

    HeaderFields(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Keeps from now on what is asked. */
    void remember() {
        if (asked == null) {
            asked = NOTHING_ASKED;
        }
    }

    /** Returns the new header's index. */
    int add(int nameFrom, int nameTo, int valueFrom, int valueTo) {
        int index = count++;
        if (2 * index == ranges.length) {
            ranges = Arrays.copyOf(ranges, 4 * index);
        }
        ranges[2 * index] = (nameFrom << 16) | nameTo;
        ranges[2 * index + 1] = (valueFrom << 16) | valueTo;
        return index;
    }

    boolean isNamed(int index, String name) {
        int range = ranges[2 * index];
        return Ascii.equalsIgnoreCase(bytes, range >>> 16, range & 0xffff, name);
    }

    int valueFrom(int index) {
        return ranges[2 * index + 1] >>> 16;
    }

    int valueTo(int index) {
        return ranges[2 * index + 1] & 0xffff;
    }

    String value(int index) {
        return Ascii.text(bytes, valueFrom(index), valueTo(index));
    }

    /** The value as it may stand in a message. */
    String quoted(int index) {
        return Ascii.quoted(bytes, valueFrom(index), valueTo(index));
    }

    boolean valueIs(int index, String text) {
        return Ascii.equalsIgnoreCase(bytes, valueFrom(index), valueTo(index), text);
    }

    /** Whether the value, a list with commas, has {@code item} in it. */
    boolean valueLists(int index, String item) {
        int at = valueFrom(index);
        int to = valueTo(index);
        while (at < to) {
            int start = at;
            while (at < to && bytes[at] != ',') {
                at++;
            }
            int end = at++;
            while (start < end && isBlank(bytes[start])) {
                start++;
            }
            while (end > start && isBlank(bytes[end - 1])) {
                end--;
            }
            if (Ascii.equalsIgnoreCase(bytes, start, end, item)) {
                return true;
            }
        }
        return false;
    }

    @Nullable String first(String name) {
        if (asked != null) {
            List<String> values = all(name);
            return values.isEmpty() ? null : values.getFirst();
        }
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name)) {
                return value(i);
            }
        }
        return null;
    }

    @SuppressWarnings("ReferenceEquality") // another instance of a name is only looked up again
    List<String> all(String name) {
        Asked newest = asked;
        if (newest == null) {
            return find(name);
        }
        for (Asked it = newest; it != null; it = it.before) {
            if (it.name == name) {
                return it.values;
            }
        }
        List<String> values = List.copyOf(find(name));
        if (newest.place < MAX_REMEMBERED) {
            asked = new Asked(name, values, newest);
        }
        return values;
    }

    private List<String> find(String name) {
        List<String> values = new ArrayList<>(1);
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name)) {
                values.add(value(i));
            }
        }
        return values;
    }

    /** In lower case. */
    List<String> names() {
        List<String> names = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            int range = ranges[2 * i];
            names.add(Ascii.text(bytes, range >>> 16, range & 0xffff).toLowerCase(Locale.ROOT));
        }
        return names;
    }

    static boolean isBlank(byte b) {
        return b == ' ' || b == '\t';
    }
}
