package io.erlmcp.runtime;

/**
 * Virtual threads that an event loop starts together, once it has read what there was to read.
 *
 * <p>A thread that is started at once may take the processor from the loop, do its work, and give
 * it back, so that a busy loop pays two changes of threads for every request. Started together they
 * share them. Nothing waits for longer than the loop reads, and never more than {@code most} of
 * them.
 *
 * <p>Process model: for one thread, the loop; the threads belong to whoever gave their work.
 */
public final class ThreadBatch {
    private final Thread[] waiting;
    private int count;

    /**
     * @param most how many may wait; the last of them starts all
     */
    public ThreadBatch(int most) {
        waiting = new Thread[most];
    }

    /**
     * Puts {@code work} in line for a virtual thread named {@code name}.
     *
     * @return true when nothing waited before: somebody has to call {@link #start} soon
     */
    public boolean add(String name, Runnable work) {
        waiting[count++] = Thread.ofVirtual().name(name).unstarted(work);
        if (count == waiting.length) {
            start();
            return false;
        }
        return count == 1;
    }

    /** Starts all that wait. */
    public void start() {
        for (int i = 0; i < count; i++) {
            waiting[i].start();
            waiting[i] = null;
        }
        count = 0;
    }
}
