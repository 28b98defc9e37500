package io.erlmcp.session;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcMessage;

import org.jspecify.annotations.Nullable;

import java.time.Duration;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Questions that were sent to one client of the legacy era and wait for its answers, matched by id.
 *
 * <p>Process model: a call's thread opens a slot, sends, and waits; whoever reads the answer fills
 * the slot.
 */
final class PendingQuestions {
    /** One question on its way. */
    static final class Slot {
        private final RequestId id;
        private final CountDownLatch filled = new CountDownLatch(1);
        private volatile @Nullable RpcMessage answer;

        private Slot(RequestId id) {
            this.id = id;
        }

        RequestId id() {
            return id;
        }
    }

    private final int max;
    private final AtomicLong lastId;
    private final ConcurrentHashMap<RequestId, Slot> open = new ConcurrentHashMap<>();

    PendingQuestions(int max) {
        this(max, 0);
    }

    /**
     * @param lastId ids begin after it
     */
    PendingQuestions(int max, long lastId) {
        this.lastId = new AtomicLong(lastId);
        this.max = max;
    }

    Slot open() {
        Slot slot = new Slot(RequestId.of(lastId.incrementAndGet()));
        open.put(slot.id, slot);
        if (open.size() > max) {
            open.remove(slot.id);
            throw new McpException(
                    ErrorCode.OVERLOADED,
                    "Overloaded: " + max + " questions to this client are open");
        }
        return slot;
    }

    /** Waits no more; false when the question was answered or closed before. */
    boolean close(Slot slot) {
        return open.remove(slot.id, slot);
    }

    boolean isEmpty() {
        return open.isEmpty();
    }

    /** Takes the client's answer; false when nobody waits for it. */
    boolean answer(RequestId id, RpcMessage answer) {
        Slot slot = open.remove(id);
        if (slot == null) {
            return false;
        }
        slot.answer = answer;
        slot.filled.countDown();
        return true;
    }

    /** The answer, or null when there was none in time. */
    @Nullable RpcMessage await(Slot slot, Duration limit) throws InterruptedException {
        boolean inTime = slot.filled.await(limit.toNanos(), TimeUnit.NANOSECONDS);
        return inTime ? slot.answer : null;
    }
}
