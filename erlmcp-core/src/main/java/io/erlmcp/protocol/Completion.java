package io.erlmcp.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Suggestions for an argument: at most 100 values are sent, {@code total} and {@code hasMore} tell
 * of the rest.
 */
public record Completion(List<String> values, @Nullable Integer total, boolean hasMore)
        implements ServerResult {
    public static final int MAX_VALUES = 100;

    public Completion {
        if (values.size() > MAX_VALUES) {
            throw new IllegalArgumentException(
                    "a completion has at most "
                            + MAX_VALUES
                            + " values, this one has "
                            + values.size());
        }
        values = List.copyOf(values);
    }

    /** The first 100 of {@code all}, with total and hasMore set. */
    public static Completion of(List<String> all) {
        return new Completion(
                all.subList(0, Math.min(MAX_VALUES, all.size())),
                all.size(),
                all.size() > MAX_VALUES);
    }
}
