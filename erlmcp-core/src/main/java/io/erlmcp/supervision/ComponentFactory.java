package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;

/** Makes a new object graph for every start of a component. */
@FunctionalInterface
public interface ComponentFactory {
    /**
     * Starts the component and returns when it works; blocking is fine.
     *
     * @throws Exception when it cannot start; this counts as a failure like any later one
     */
    Component start(Life life) throws Exception;

    /** What a running component tells its supervisor. */
    interface Life {
        ComponentId id();

        /** The component has failed; only the first call counts. Never blocks. */
        void failed(Throwable cause);

        /** The component has come to its end as it should. Never blocks. */
        void ended();

        /**
         * Monitors this run: {@code action} runs once, when the run is over for its supervisor:
         * stopped, not started after all, or abandoned; at once where that is so already. It must
         * be quick, and nothing has to be cleaned up after it.
         */
        void whenGone(Runnable action);
    }
}
