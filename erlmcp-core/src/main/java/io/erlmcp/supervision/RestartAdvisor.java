package io.erlmcp.supervision;

/**
 * The one function that is asked before a child is started again. Quick, without side effects, and
 * it never blocks.
 */
@FunctionalInterface
public interface RestartAdvisor {
    RestartAdvice advise(Failure failure);
}
