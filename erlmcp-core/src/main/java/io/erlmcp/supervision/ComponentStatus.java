package io.erlmcp.supervision;

/** What a component is doing, as people see it. */
public enum ComponentStatus {
    STARTING,
    RUNNING,
    STOPPING,
    /** It failed, and is started again after a pause. */
    WAITING,
    /** It came to its end and is not started again. */
    ENDED,
    /** Somebody stopped it. */
    STOPPED,
    /** It is left down, and the others go on without it. */
    DEGRADED,
    /** It is left down until an operator resumes it. */
    HALTED;

    static ComponentStatus of(Group.Child child) {
        return switch (child.phase()) {
            case STARTING -> STARTING;
            case UP -> RUNNING;
            case STOPPING -> STOPPING;
            case DOWN ->
                    switch (child.target()) {
                        case RUN -> WAITING;
                        case ENDED -> ENDED;
                        case STOPPED -> STOPPED;
                        case DEGRADED -> DEGRADED;
                        case HALTED -> HALTED;
                    };
        };
    }
}
