package io.erlmcp.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Header lines as ranges of the bytes they came in. Strings are made only for what is asked. */
final class HeaderFields {
    private static final int USUAL_FIELDS = 12;

    private final byte[] bytes;

    /** For each header two numbers: name and value, each as {@code from << 16 | to}. */
    private int[] ranges = new int[2 * USUAL_FIELDS];

    private int count;

    HeaderFields(byte[] bytes) {
        this.bytes = bytes;
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
        for (int i = 0; i < count; i++) {
            if (isNamed(i, name)) {
                return value(i);
            }
        }
        return null;
    }

    List<String> all(String name) {
        List<String> values = new ArrayList<>();
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
