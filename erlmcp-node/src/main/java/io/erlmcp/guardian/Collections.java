package io.erlmcp.guardian;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.lang.management.MemoryUsage;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * What collections of garbage left in the heap, and how long they took.
 *
 * <p>It asks when it is asked. The JVM also tells of each collection, but on a thread that needs
 * memory for it, and so falls silent exactly when the heap is full. How many there were and how
 * long they took is to be had without any.
 *
 * <p>Process model: any thread; no lock.
 */
public final class Collections {
    private final Set<String> heapPools =
            ManagementFactory.getMemoryPoolMXBeans().stream()
                    .filter(pool -> pool.getType() == MemoryType.HEAP)
                    .map(MemoryPoolMXBean::getName)
                    .collect(Collectors.toUnmodifiableSet());

    /** Those that say what they left. */
    private final List<GarbageCollectorMXBean> all =
            ManagementFactory.getPlatformMXBeans(GarbageCollectorMXBean.class).stream()
                    .filter(it -> !it.getName().contains("Concurrent"))
                    .toList();

    /** Those of them that stop the node: a cycle works beside it. */
    private final List<GarbageCollectorMXBean> collectors =
            all.stream().filter(it -> !it.getName().contains("Cycles")).toList();

    private final AtomicLong askedForMillis = new AtomicLong();

    /**
     * Bytes of the heap in use after the last collection; 0 before the first.
     *
     * @throws OutOfMemoryError when not even this little can be had
     */
    public long usedAfterBytes() {
        GcInfo info = last(all);
        if (info == null) {
            return 0;
        }
        long used = 0;
        for (Map.Entry<String, MemoryUsage> pool : info.getMemoryUsageAfterGc().entrySet()) {
            if (heapPools.contains(pool.getKey())) {
                used += pool.getValue().getUsed();
            }
        }
        return used;
    }

    /** How long the last collection stopped the node; 0 before the first. */
    public long lastPauseMillis() {
        GcInfo info = last(collectors);
        return info == null ? 0 : info.getDuration();
    }

    private static @Nullable GcInfo last(List<GarbageCollectorMXBean> collectors) {
        GcInfo last = null;
        for (GarbageCollectorMXBean collector : collectors) {
            GcInfo info = collector.getLastGcInfo();
            if (info != null && (last == null || info.getEndTime() > last.getEndTime())) {
                last = info;
            }
        }
        return last;
    }

    /**
     * How long all collections so far stopped the node that the heap called for, not {@link
     * #collect}. Needs no memory.
     */
    public long stoppedMillis() {
        return allMillis() - askedForMillis.get();
    }

    private long allMillis() {
        long millis = 0;
        for (int i = 0; i < collectors.size(); i++) { // an iterator would need memory
            millis += collectors.get(i).getCollectionTime();
        }
        return millis;
    }

    /** Collections so far. Needs no memory. */
    public long count() {
        long count = 0;
        for (int i = 0; i < collectors.size(); i++) {
            count += collectors.get(i).getCollectionCount();
        }
        return count;
    }

    /** Collects now. What the heap calls for meanwhile counts as asked for too. */
    public void collect() {
        long before = allMillis();
        System.gc();
        askedForMillis.addAndGet(allMillis() - before);
    }
}
