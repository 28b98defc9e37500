package io.erlmcp.transport;

/**
 * Asked by every listener when a connection has come, which counts as open already; quick,
 * thread-safe, never blocking.
 */
@FunctionalInterface
public interface ConnectionGate {
    /** Lets every connection in. */
    ConnectionGate OPEN = () -> true;

    /** Whether the connections that are open may be that many. */
    boolean admits();
}
