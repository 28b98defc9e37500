package io.erlmcp.transport;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The part of a message that many peers get, held without a copy: however many it waits for, a
 * budget counts it once. Its bytes are never changed. Thread-safe, without locks.
 */
public final class SharedBytes {
    private final byte[] bytes;

    /** The budget that counts it once; any other, which is rare, counts it for each peer. */
    private final AtomicReference<@Nullable ByteBudget> once = new AtomicReference<>();

    private final AtomicInteger holders = new AtomicInteger();

    private SharedBytes(byte[] bytes) {
        this.bytes = bytes;
    }

    /**
     * @param bytes not copied, and from now on never changed
     */
    public static SharedBytes of(byte[] bytes) {
        return new SharedBytes(bytes);
    }

    /** The bytes themselves; not to be changed. */
    public byte[] bytes() {
        return bytes;
    }

    public int length() {
        return bytes.length;
    }

    /** It waits for one peer more, of {@code budget}. */
    public void hold(ByteBudget budget) {
        if (!isCountedOnceBy(budget) || holders.getAndIncrement() == 0) {
            budget.charge(bytes.length);
        }
    }

    /** It waits for one peer less; once for each {@link #hold}, with the same budget. */
    public void letGo(ByteBudget budget) {
        if (!isCountedOnceBy(budget) || holders.decrementAndGet() == 0) {
            budget.release(bytes.length);
        }
    }

    private boolean isCountedOnceBy(ByteBudget budget) {
        ByteBudget first = once.get();
        if (first == null) {
            once.compareAndSet(null, budget);
            first = once.get();
        }
        return first == budget;
    }
}
