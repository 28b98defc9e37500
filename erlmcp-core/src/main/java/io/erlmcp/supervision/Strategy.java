package io.erlmcp.supervision;

/** What the failure of one child means for the others of its supervisor. */
public enum Strategy {
    /** Nothing: it alone is started again. Children start in order and stop in reverse. */
    ONE_FOR_ONE,
    /** They share its fate: all are stopped in reverse and started again in order. */
    ONE_FOR_ALL,
    /** Those that were started after it need it: they and the child are started again. */
    REST_FOR_ONE,
    /**
     * Nothing, and children come and go at run time. They start and stop side by side, and none is
     * waited for: a child that cannot start fails by itself and not its supervisor.
     */
    DYNAMIC;

    /** Whether each child has a fate and a count of restarts of its own. */
    boolean isSeparate() {
        return this == ONE_FOR_ONE || this == DYNAMIC;
    }
}
