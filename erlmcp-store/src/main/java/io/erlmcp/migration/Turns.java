package io.erlmcp.migration;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/**
 * One at a time for each thing that is written to both stores, so that they hear of changes in the
 * same order.
 *
 * <p>Process model: taken and given back by the threads that write; no lock is held meanwhile.
 */
final class Turns {
    private final ConcurrentHashMap<String, CountDownLatch> taken = new ConcurrentHashMap<>();

    /** Takes the turns of all of {@code whats}, in their order, so that no two wait for another. */
    <T> T alone(List<String> whats, Supplier<T> work) {
        CountDownLatch mine = new CountDownLatch(1);
        List<String> mineNow = new ArrayList<>(whats.size());
        try {
            for (String what : whats.stream().sorted().distinct().toList()) {
                take(what, mine);
                mineNow.add(what);
            }
            return work.get();
        } finally {
            mineNow.forEach(what -> taken.remove(what, mine));
            mine.countDown();
        }
    }

    private void take(String what, CountDownLatch mine) {
        CountDownLatch other = taken.putIfAbsent(what, mine);
        while (other != null) {
            await(other);
            other = taken.putIfAbsent(what, mine);
        }
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
