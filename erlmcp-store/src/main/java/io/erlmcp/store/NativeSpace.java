package io.erlmcp.store;

import java.nio.ByteBuffer;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Space outside of the heap where an entry is put together for the engine, so that a message to ten
 * thousand sessions is not ten thousand arrays. Bounded; without a place, or for what is too long
 * for one, the heap is used.
 *
 * <p>Process model: no thread; taken and given back by whoever appends.
 */
final class NativeSpace {
    static final int PLACES = 16;
    static final int PLACE_BYTES = 64 << 10;

    private final ArrayBlockingQueue<ByteBuffer> free = new ArrayBlockingQueue<>(PLACES);
    private final AtomicInteger made = new AtomicInteger();
    private final IntFunction<ByteBuffer> memory;

    NativeSpace() {
        this(ByteBuffer::allocateDirect);
    }

    /**
     * @param memory makes a place of so many bytes
     */
    NativeSpace(IntFunction<ByteBuffer> memory) {
        this.memory = memory;
    }

    /** A place for so many bytes; null for none. */
    @Nullable ByteBuffer take(int bytes) {
        if (bytes > PLACE_BYTES) {
            return null;
        }
        ByteBuffer place = free.poll();
        if (place != null) {
            return place.clear();
        }
        if (made.incrementAndGet() > PLACES) {
            made.decrementAndGet();
            return null;
        }
        boolean isMade = false;
        try {
            ByteBuffer fresh = memory.apply(PLACE_BYTES);
            isMade = true;
            return fresh;
        } catch (OutOfMemoryError noRoom) {
            return null; // others have it all: the heap serves meanwhile
        } finally {
            if (!isMade) {
                made.decrementAndGet();
            }
        }
    }

    void giveBack(ByteBuffer place) {
        free.add(place);
    }
}
