package io.erlmcp.guardian;

import com.sun.management.GarbageCollectionNotificationInfo;
import com.sun.management.GcInfo;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import javax.management.ListenerNotFoundException;
import javax.management.Notification;
import javax.management.NotificationEmitter;
import javax.management.NotificationListener;
import javax.management.openmbean.CompositeData;

/**
 * Hears of every collection of garbage: what was left in the heap after it, and how long it stopped
 * the node.
 *
 * <p>Process model: called on the JVM's own notification thread; writes volatile fields, no lock.
 */
public final class Collections implements AutoCloseable {
    private static final String ASKED_FOR = "System.gc()";

    private final Set<String> heapPools =
            ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .map(MemoryPoolMXBean::getName)
                    .collect(Collectors.toUnmodifiableSet());
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong stoppedMillis = new AtomicLong();
    private final List<NotificationEmitter> emitters = new ArrayList<>();
    private final NotificationListener listener = this::heard;
    private volatile long usedAfterBytes;
    private volatile long lastPauseMillis;

    public Collections() {
        for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
            if (collector instanceof NotificationEmitter emitter) {
                emitter.addNotificationListener(listener, null, null);
                emitters.add(emitter);
            }
        }
    }

    private void heard(Notification notification, Object nothing) {
        if (!notification
                .getType()
                .equals(GarbageCollectionNotificationInfo.GARBAGE_COLLECTION_NOTIFICATION)) {
            return;
        }
        GarbageCollectionNotificationInfo it =
                GarbageCollectionNotificationInfo.from((CompositeData) notification.getUserData());
        collected(it.getGcName(), it.getGcCause(), it.getGcInfo());
    }

    private void collected(String collector, String cause, GcInfo info) {
        long used = 0;
        for (Map.Entry<String, MemoryUsage> pool : info.getMemoryUsageAfterGc().entrySet()) {
            if (heapPools.contains(pool.getKey())) {
                used += pool.getValue().getUsed();
            }
        }
        usedAfterBytes = used;
        if (!collector.contains("Cycles")) { // a concurrent cycle stops nothing
            lastPauseMillis = info.getDuration();
            stoppedMillis.addAndGet(cause.equals(ASKED_FOR) ? 0 : info.getDuration());
        }
        count.incrementAndGet();
    }

    /** Bytes of the heap in use after the last collection; 0 before the first. */
    public long usedAfterBytes() {
        return usedAfterBytes;
    }

    /** How long the last collection stopped the node. */
    public long lastPauseMillis() {
        return lastPauseMillis;
    }

    /** How long all collections so far stopped the node that the heap called for, not we. */
    public long stoppedMillis() {
        return stoppedMillis.get();
    }

    /** Collections so far. */
    public long count() {
        return count.get();
    }

    @Override
    public void close() {
        for (NotificationEmitter emitter : emitters) {
            try {
                emitter.removeNotificationListener(listener);
            } catch (ListenerNotFoundException e) {
                throw new IllegalStateException("the collector forgot its listener", e);
            }
        }
        emitters.clear();
    }
}
