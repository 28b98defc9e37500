package io.erlmcp.session;

import io.erlmcp.protocol.McpException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Lets a store forget many sessions; one that it cannot forget keeps none of the others.
 *
 * <p>Process model: a pass of one thread.
 */
final class Forgetting {
    private final SessionStore store;
    private @Nullable RuntimeException problem;

    Forgetting(SessionStore store) {
        this.store = store;
    }

    /**
     * Forgets those; may wait.
     *
     * @return those that it could not forget, because of what they are
     * @throws McpException when the store cannot be reached: some may be forgotten then
     */
    List<String> forget(List<String> ids) {
        try {
            store.deleteAll(ids);
            return List.of();
        } catch (RuntimeException failure) {
            if (isOfTheStore(failure)) {
                throw failure;
            }
            return ids.stream().filter(id -> !isForgotten(id)).toList();
        }
    }

    /** True when nothing can be forgotten for the moment; else it is about one of them. */
    static boolean isOfTheStore(RuntimeException failure) {
        return failure instanceof McpException && !(failure instanceof UnreadableRecord);
    }

    private boolean isForgotten(String id) {
        try {
            store.delete(id);
            return true;
        } catch (RuntimeException failure) {
            if (isOfTheStore(failure)) {
                throw failure;
            }
            problem = failure;
            return false;
        }
    }

    /** Throws what the last one met that could not be forgotten, once all others are. */
    void done() {
        RuntimeException met = problem;
        if (met != null) {
            throw met;
        }
    }
}
