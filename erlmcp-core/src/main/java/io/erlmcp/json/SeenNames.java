package io.erlmcp.json;

import java.util.Arrays;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The member names met so far in one object, to find one that comes twice. Few names cost no
 * strings.
 */
final class SeenNames {
    private static final int USUAL = 4;
    private static final int FEW = 16;

    private int[] ranges = new int[2 * USUAL];
    private boolean anyEscaped;
    private int count;
    private @Nullable Set<String> many;

    /** Adds the name that {@code text} has just read; refuses a repeated one. */
    void add(JsonText text, int from, int to, boolean escaped) {
        anyEscaped |= escaped;
        if (many == null && count < FEW && !anyEscaped) {
            addFew(text, from, to);
            return;
        }
        if (many == null) {
            many = spill(text.buf);
        }
        String name = JsonEscapes.decode(text.buf, from, to);
        if (!many.add(name)) {
            throw text.duplicate(name, from);
        }
    }

    private void addFew(JsonText text, int from, int to) {
        for (int i = 0; i < count; i++) {
            if (Arrays.equals(text.buf, ranges[2 * i], ranges[2 * i + 1], text.buf, from, to)) {
                throw text.duplicate(JsonEscapes.decode(text.buf, from, to), from);
            }
        }
        if (2 * count == ranges.length) {
            ranges = Arrays.copyOf(ranges, 2 * ranges.length);
        }
        ranges[2 * count] = from;
        ranges[2 * count + 1] = to;
        count++;
    }

    private Set<String> spill(byte[] buf) {
        Set<String> names = new HashSet<>();
        for (int i = 0; i < count; i++) {
            names.add(JsonEscapes.decode(buf, ranges[2 * i], ranges[2 * i + 1]));
        }
        return names;
    }
}
