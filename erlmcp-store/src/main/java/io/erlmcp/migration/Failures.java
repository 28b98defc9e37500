package io.erlmcp.migration;

import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The failures of one pass over many entries: one that fails keeps no other from its turn, but many
 * in a row are a store that does not answer, and end the pass. For one thread.
 */
final class Failures {
    /** In a row; each may have waited for as long as a store lets callers wait. */
    private static final int MOST_IN_A_ROW = 10;

    private int count;
    private int inARow;
    private @Nullable RuntimeException last;

    /** Does the work for one entry. */
    void guard(Runnable work, Consumer<RuntimeException> onFailure) {
        try {
            work.run();
            inARow = 0;
        } catch (RuntimeException failure) {
            count++;
            inARow++;
            last = failure;
            onFailure.accept(failure);
            if (inARow >= MOST_IN_A_ROW) {
                throw failure;
            }
        }
    }

    int count() {
        return count;
    }

    /** The last of them. */
    Optional<RuntimeException> last() {
        return Optional.ofNullable(last);
    }
}
