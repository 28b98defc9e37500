package io.erlmcp.rpc;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * The part of a message that many peers get, held without a copy: however many it waits for, who
 * counts the memory of what waits counts it once. Its bytes are never changed. Thread-safe, without
 * locks.
 */
public final class SharedBytes {
    private final byte[] bytes;

    /** Who counts it once; anybody else, which is rare, counts it for each peer. */
    private final AtomicReference<@Nullable Object> once = new AtomicReference<>();

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

    /**
     * It waits for one peer more.
     *
     * @param counter who counts what waits
     * @return whether that one has to count its bytes now
     */
    public boolean hold(Object counter) {
        return !isCountedOnceBy(counter) || holders.getAndIncrement() == 0;
    }

    /**
     * It waits for one peer less; once for each {@link #hold}, with the same counter.
     *
     * @return whether its bytes count no more
     */
    public boolean letGo(Object counter) {
        return !isCountedOnceBy(counter) || holders.decrementAndGet() == 0;
    }

    @SuppressWarnings("ReferenceEquality") // the same counter, not one that is like it
    private boolean isCountedOnceBy(Object counter) {
        Object first = once.get();
        if (first == null) {
            once.compareAndSet(null, counter);
            first = once.get();
        }
        return first == counter;
    }
}
