package io.erlmcp.guardian;

import com.sun.management.OperatingSystemMXBean;
import com.sun.management.UnixOperatingSystemMXBean;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.List;
import java.util.Map;
import java.util.function.IntSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Readings of this JVM: the heap after its last collection, direct memory, all memory against the
 * limit of the container or the machine (with that of children, where the container counts it),
 * threads, descriptors, processor time, and what the node counts itself.
 */
public final class JvmMeasures implements Measures {
    private static final double NEARLY_FULL_PERCENT = 85;
    private static final double HOPELESS_SHARE = 0.5;

    private final Time time;
    private final Collections collections;
    private final Counted counted;
    private final DirectMemory direct;
    private final ProcessFiles files;
    private final @Nullable ControlGroup group;
    private final ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    private final OperatingSystemMXBean system =
            ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);
    private final List<BufferPoolMXBean> buffers =
            ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class);
    private long lastCollection = -1;
    private long lastNanos;
    private long lastStoppedMillis;

    /** What the network engine holds outside of the heap. */
    public record DirectMemory(LongSupplier usedBytes, LongSupplier limitBytes) {}

    /** How much there is of something that the node counts, and how much there may be. */
    public record Bounded(IntSupplier used, int most) {
        Reading reading(String what) {
            return Reading.of(what, used.getAsInt(), most);
        }
    }

    /**
     * What the node counts itself.
     *
     * @param connections open ones, each of which holds a descriptor
     * @param calls that run, wait, or do not come back
     * @param tasks that run
     */
    public record Counted(Bounded connections, Bounded calls, Bounded tasks) {}

    /**
     * @throws IOException when the kernel tells nothing of this process
     */
    public JvmMeasures(Time time, Collections collections, Counted counted, DirectMemory direct)
            throws IOException {
        this(time, collections, counted, direct, ControlGroup.ofThisProcess());
    }

    JvmMeasures(
            Time time,
            Collections collections,
            Counted counted,
            DirectMemory direct,
            @Nullable ControlGroup group)
            throws IOException {
        this.group = group;
        this.time = time;
        this.collections = collections;
        this.counted = counted;
        this.direct = direct;
        this.files = ProcessFiles.open();
        this.lastNanos = time.nanos();
    }

    @Override
    public Sample sample() {
        return new Sample(
                time.nanos(),
                Map.of(
                        Resource.MEMORY, memory(),
                        Resource.PROCESS,
                                Reading.of("threads", threads.getThreadCount(), files.maxThreads()),
                        Resource.FD, descriptors(),
                        Resource.CONNECTIONS, counted.connections().reading("connections"),
                        Resource.CALLS,
                                nearer(
                                        counted.calls().reading("threads of calls"),
                                        counted.tasks().reading("threads of tasks"))),
                Math.max(0, system.getProcessCpuLoad() * 100));
    }

    private Reading memory() {
        Reading nearest = heap();
        Reading outside =
                Reading.of(
                        "direct memory",
                        direct.usedBytes().getAsLong(),
                        direct.limitBytes().getAsLong());
        nearest = nearer(nearest, outside);
        for (BufferPoolMXBean pool : buffers) {
            if (pool.getName().equals("direct")) {
                nearest =
                        nearer(
                                nearest,
                                Reading.of(
                                        "direct memory",
                                        pool.getMemoryUsed(),
                                        direct.limitBytes().getAsLong()));
            }
        }
        Reading whole =
                Reading.of("process memory", files.residentBytes(), system.getTotalMemorySize());
        nearest = nearer(nearest, whole);
        return group == null ? nearest : nearer(nearest, group.memory());
    }

    private Reading heap() {
        long count = collections.count();
        long now = time.nanos();
        long stopped = collections.stoppedMillis();
        double share = (stopped - lastStoppedMillis) * 1e6 / Math.max(1, now - lastNanos);
        Reading used =
                Reading.of("heap", collections.usedAfterBytes(), Runtime.getRuntime().maxMemory());
        boolean isFresh = count != lastCollection;
        lastCollection = count;
        lastNanos = now;
        lastStoppedMillis = stopped;
        return new Reading(
                used.what(),
                heapPercent(used.percent(), share),
                heapPercent(used.hardPercent(), share),
                isFresh);
    }

    /**
     * A heap that is nearly full, and that collections cannot empty although they take half of the
     * time or more, is full: large objects may leave its last regions unusable, so that it never
     * gets nearer to 100.
     *
     * @param share of the time since the last look in which collections stopped the node
     */
    static double heapPercent(double used, double share) {
        return used >= NEARLY_FULL_PERCENT && share >= HOPELESS_SHARE ? 100 : used;
    }

    private static Reading nearer(Reading one, Reading other) {
        return other.percent() > one.percent() ? other : one;
    }

    /** What connections hold can be had back by closing them: only the rest counts as hard. */
    private Reading descriptors() {
        if (!(system instanceof UnixOperatingSystemMXBean unix)) {
            return Reading.of("descriptors", 0);
        }
        long limit = unix.getMaxFileDescriptorCount();
        long open = openDescriptors(unix, limit);
        Reading all = Reading.of("descriptors", open, limit);
        long others = Math.max(0, open - counted.connections().used().getAsInt());
        return new Reading(
                all.what(), all.percent(), Reading.of(all.what(), others, limit).percent(), true);
    }

    /** Counting them needs one: where the JDK cannot, there is none left. */
    private static long openDescriptors(UnixOperatingSystemMXBean unix, long limit) {
        try {
            long open = unix.getOpenFileDescriptorCount();
            return open < 0 ? limit : open;
        } catch (InternalError noneLeft) {
            return limit;
        }
    }

    @Override
    public void collect() {
        collections.collect();
    }

    @Override
    public void close() {
        files.close();
        if (group != null) {
            group.close();
        }
    }
}
