package io.erlmcp.runtime;

/**
 * The only thread starter outside the network engine.
 *
 * <p>Process model: a caller that starts a thread owns it. Virtual threads carry requests and
 * blocking readers and are named after their work ({@code call-42 tools/call}); platform threads
 * carry timers and native work. The owner interrupts and joins what it started when it closes.
 */
public final class Threads {
    private Threads() {}

    /** Starts {@code work} on a new virtual thread named {@code name}. */
    public static Thread startVirtual(String name, Runnable work) {
        return Thread.ofVirtual().name(name).start(work);
    }

    /** Starts {@code work} on a new daemon platform thread named {@code name}. */
    public static Thread startPlatform(String name, Runnable work) {
        return Thread.ofPlatform().daemon().name(name).start(work);
    }

    /** Makes, without starting it, a platform thread that keeps the JVM alive. */
    public static Thread unstartedForeground(String name, Runnable work) {
        return Thread.ofPlatform().daemon(false).name(name).unstarted(work);
    }

    /**
     * Tells of what would have ended the calling thread, which has something to set right first.
     */
    public static void uncaught(Throwable problem) {
        Thread thread = Thread.currentThread();
        thread.getUncaughtExceptionHandler().uncaughtException(thread, problem);
    }
}
