package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;

/** Makes a supervisor below another; {@link Run} gives it the surroundings of the tree. */
record Branch(SupervisorSpec spec) implements ComponentFactory {
    @Override
    public Component start(Life life) {
        throw new IllegalStateException("started without its parent: " + life.id());
    }

    Supervisor start(Surroundings surroundings, Life life) throws Exception {
        return Supervisor.start(spec, surroundings, life);
    }

    /** The id of a child: those of the node's own supervisor stand at the top. */
    static ComponentId child(ComponentId parent, String name) {
        return parent.equals(ComponentId.NODE) ? ComponentId.of(name) : parent.child(name);
    }
}
