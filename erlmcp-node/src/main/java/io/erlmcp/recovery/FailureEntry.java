package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A failure that is remembered.
 *
 * @param nanos when, monotonic
 * @param at when, for people
 * @param ran how long it had run; null when it had not started
 * @param type what kind it was taken for
 * @param count of failures in a row, this one included
 * @param root what failed first, where it is a cascade
 */
public record FailureEntry(
        long nanos,
        Instant at,
        ErrorText text,
        @Nullable Duration ran,
        FailureClass type,
        int count,
        @Nullable ComponentId root) {}
