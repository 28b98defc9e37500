package io.erlmcp.migration;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
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
    private final ConcurrentHashMap<Object, CountDownLatch> taken = new ConcurrentHashMap<>();

    <T> T alone(Object what, Supplier<T> work) {
        CountDownLatch mine = new CountDownLatch(1);
        CountDownLatch other = taken.putIfAbsent(what, mine);
        while (other != null) {
            await(other);
            other = taken.putIfAbsent(what, mine);
        }
        try {
            return work.get();
        } finally {
            taken.remove(what, mine);
            mine.countDown();
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
