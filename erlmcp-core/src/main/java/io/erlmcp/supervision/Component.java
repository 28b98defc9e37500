package io.erlmcp.supervision;

/**
 * One run of something that lives long. Made by a {@link ComponentFactory}, never started twice.
 */
@FunctionalInterface
public interface Component {
    /**
     * Stops it and waits until it has stopped; called once, on a thread that may block, and
     * interrupted when the time-out of its {@link ChildSpec} has passed.
     */
    void stop() throws InterruptedException;
}
