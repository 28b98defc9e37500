package io.erlmcp.session;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/**
 * Who is about to revive or to forget a stored session: one at a time for each session.
 *
 * <p>Process model: taken and given back by the threads that work on the store; those that come
 * second wait, and no lock is held meanwhile.
 */
final class Claims {
    private final ConcurrentHashMap<String, CountDownLatch> taken = new ConcurrentHashMap<>();

    /** Runs {@code work} while nobody else works on that session. */
    void alone(String id, Runnable work) {
        CountDownLatch mine = new CountDownLatch(1);
        CountDownLatch other = taken.putIfAbsent(id, mine);
        while (other != null) {
            await(other);
            other = taken.putIfAbsent(id, mine);
        }
        try {
            work.run();
        } finally {
            free(id, mine);
        }
    }

    /**
     * Runs {@code work} on those of {@code ids} that nobody works on, and leaves out the others.
     */
    void allFree(Collection<String> ids, Consumer<List<String>> work) {
        CountDownLatch mine = new CountDownLatch(1);
        List<String> claimed = new ArrayList<>();
        try {
            for (String id : ids) {
                if (taken.putIfAbsent(id, mine) == null) {
                    claimed.add(id);
                }
            }
            work.accept(claimed);
        } finally {
            claimed.forEach(id -> taken.remove(id, mine));
            mine.countDown();
        }
    }

    private void free(String id, CountDownLatch mine) {
        taken.remove(id, mine);
        mine.countDown();
    }

    private static void await(CountDownLatch other) {
        try {
            other.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new McpException(
                    ErrorCode.OVERLOADED, "Overloaded: the session is busy, come back later");
        }
    }
}
