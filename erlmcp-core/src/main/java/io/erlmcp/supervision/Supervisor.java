package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.ComponentFactory.Life;
import io.erlmcp.supervision.Group.Child;
import io.erlmcp.supervision.Group.Mode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Starts its children, hears of their end, and starts them again, or does not. Supervisors may be
 * children of others; {@link ComponentId}s are paths through them.
 *
 * <p>Process model: made by {@link #start} and ended by {@link #stop}, by its parent or by whoever
 * made the tree. No thread of its own, no lock: each {@link GroupRunner} orders what happens to its
 * children. Thread-safe.
 */
public final class Supervisor implements Component {
    private final SupervisorSpec spec;
    private final Surroundings surroundings;
    private final Life life;
    private final Map<String, GroupRunner> groups = new ConcurrentHashMap<>();
    private final List<GroupRunner> order = new ArrayList<>();
    private final AtomicInteger size = new AtomicInteger();
    private final AtomicBoolean hasEscalated = new AtomicBoolean();
    private volatile boolean isStopping;

    private Supervisor(SupervisorSpec spec, Surroundings surroundings, Life life) {
        this.spec = spec;
        this.surroundings = surroundings;
        this.life = life;
    }

    /**
     * Starts a supervisor and its children, and waits until they work; those of a dynamic one are
     * not waited for.
     *
     * @param life names it, and hears when it gives up; whoever is behind it then stops it
     * @throws Exception what the start of a child threw, after the others were stopped again
     */
    public static Supervisor start(SupervisorSpec spec, Surroundings surroundings, Life life)
            throws Exception {
        Supervisor supervisor = new Supervisor(spec, surroundings, life);
        supervisor.open();
        return supervisor;
    }

    public ComponentId id() {
        return life.id();
    }

    /** What it was started with. */
    public SupervisorSpec spec() {
        return spec;
    }

    Strategy strategy() {
        return spec.strategy();
    }

    private void open() throws Exception {
        if (spec.strategy() == Strategy.DYNAMIC) {
            spec.children().forEach(this::add);
            return;
        }
        List<List<ChildSpec>> fates =
                spec.strategy().isSeparate()
                        ? spec.children().stream().map(List::of).toList()
                        : List.of(spec.children());
        fates.forEach(this::prepare);
        try {
            for (GroupRunner group : order) {
                group.on(new GroupEvent.Open());
                GroupEffect.OpenFailed failure = group.awaitOpened();
                if (failure != null) {
                    throw thrown(failure);
                }
            }
        } catch (Exception e) {
            stop();
            throw e;
        }
    }

    private static Exception thrown(GroupEffect.OpenFailed failure) {
        return failure.cause() instanceof Exception e
                ? e
                : new IllegalStateException(
                        failure.child() + " did not start: " + failure.cause(), failure.cause());
    }

    private GroupRunner prepare(List<ChildSpec> children) {
        GroupRunner group = runner(children, Mode.OPENING);
        children.forEach(child -> groups.put(child.name(), group));
        order.add(group);
        return group;
    }

    private GroupRunner runner(List<ChildSpec> children, Mode mode) {
        List<Child> fresh =
                children.stream()
                        .map(
                                child ->
                                        Child.fresh(
                                                Branch.child(id(), child.name()),
                                                child.restart(),
                                                surroundings.time().now()))
                        .toList();
        Group group = Group.of(spec.strategy(), spec.intensity(), mode, fresh);
        return new GroupRunner(group, children, surroundings, new Below(this, children));
    }

    /** What the groups tell their supervisor. */
    private record Below(Supervisor supervisor, List<ChildSpec> children)
            implements GroupRunner.Parent {
        @Override
        public void escalated(GroupEffect.Escalate effect) {
            supervisor.escalate(effect);
        }

        @Override
        public void closed(GroupRunner group) {
            if (supervisor.spec.strategy() == Strategy.DYNAMIC) {
                children.forEach(child -> supervisor.forget(child.name(), group));
            }
        }
    }

    private void escalate(GroupEffect.Escalate effect) {
        if (hasEscalated.compareAndSet(false, true)) {
            surroundings.tell(
                    new SupervisionEvent.Escalated(id(), effect.child(), effect.reason()));
            life.failed(new EscalationException(effect.child(), effect.reason(), effect.cause()));
        }
    }

    private void forget(String name, GroupRunner group) {
        if (groups.remove(name, group)) {
            size.decrementAndGet();
        }
    }

    /**
     * Adds a child to a dynamic supervisor and begins to start it.
     *
     * @return its id
     * @throws IllegalStateException when this is no dynamic supervisor, when it is full, when it
     *     stops, or when it has a child of this name
     */
    public ComponentId add(ChildSpec child) {
        ComponentId childId = Branch.child(id(), child.name());
        if (spec.strategy() != Strategy.DYNAMIC) {
            throw new IllegalStateException(id() + " has a fixed set of children");
        }
        if (size.incrementAndGet() > spec.maxChildren()) {
            size.decrementAndGet();
            surroundings.tell(new SupervisionEvent.ChildRefused(childId, spec.maxChildren()));
            throw new IllegalStateException(
                    childId + ": " + id() + " has " + spec.maxChildren() + " children, its limit");
        }
        GroupRunner group = runner(List.of(child), Mode.OPEN);
        if (groups.putIfAbsent(child.name(), group) != null) {
            size.decrementAndGet();
            throw new IllegalStateException("there is a component " + childId + " already");
        }
        group.on(isStopping ? new GroupEvent.Close() : new GroupEvent.Open());
        if (isStopping) {
            throw new IllegalStateException(id() + " stops");
        }
        return childId;
    }

    /**
     * Stops a child of a dynamic supervisor, waits until it has stopped or was abandoned, and
     * forgets it.
     *
     * @return false when there is no such child
     */
    public boolean remove(String name) throws InterruptedException {
        if (spec.strategy() != Strategy.DYNAMIC) {
            throw new IllegalStateException(id() + " has a fixed set of children");
        }
        GroupRunner group = groups.get(name);
        if (group == null) {
            return false;
        }
        group.on(new GroupEvent.Close());
        group.awaitClosed();
        forget(name, group); // its own thread does so too, a little later
        return true;
    }

    /** The children of a dynamic supervisor: how many there are, those included that stop. */
    public int size() {
        return spec.strategy() == Strategy.DYNAMIC ? size.get() : groups.size();
    }

    /**
     * Starts a component of this tree that is down, whatever the reason; what it failed before is
     * forgiven. Returns at once, as do the others.
     *
     * @throws IllegalArgumentException when there is no such component
     */
    public void start(ComponentId component) {
        tell(component, (group, child) -> group.on(new GroupEvent.StartAsked(child)));
    }

    /** Stops a component of this tree; it stays down until it is started. */
    public void stop(ComponentId component) {
        tell(component, (group, child) -> group.on(new GroupEvent.StopAsked(child)));
    }

    /**
     * Gives a component of this tree a new run, and those that share its fate; this does not count
     * as a failure.
     */
    public void restart(ComponentId component) {
        tell(component, (group, child) -> group.on(new GroupEvent.RestartAsked(child)));
    }

    /** Lets a component of this tree fail, to see what happens; nothing when it does not run. */
    public void fail(ComponentId component, Throwable cause) {
        tell(component, (group, child) -> group.on(new GroupEvent.FailureAsked(child, cause)));
    }

    private void tell(ComponentId component, BiConsumer<GroupRunner, ComponentId> verb) {
        Supervisor at = this;
        while (true) {
            Map.Entry<String, GroupRunner> next = at.towards(component);
            if (next == null) {
                throw new IllegalArgumentException(
                        "there is no component " + component + " below " + at.id());
            }
            ComponentId child = Branch.child(at.id(), next.getKey());
            if (child.equals(component)) {
                verb.accept(next.getValue(), child);
                return;
            }
            Supervisor below = next.getValue().supervisor(child);
            if (below == null) {
                throw new IllegalArgumentException(
                        "there is no component " + component + ": nothing runs below " + child);
            }
            at = below;
        }
    }

    /** The child that {@code component} is, or lies below. */
    private Map.@Nullable Entry<String, GroupRunner> towards(ComponentId component) {
        String path = component.path();
        String own = id().equals(ComponentId.NODE) ? "" : id().path() + '/';
        if (!path.startsWith(own)) {
            return null;
        }
        int end = path.indexOf('/', own.length());
        String name = path.substring(own.length(), end < 0 ? path.length() : end);
        GroupRunner group = groups.get(name);
        return group == null ? null : Map.entry(name, group);
    }

    /** All that is below it, in the order in which it starts; by name in a dynamic supervisor. */
    public List<ComponentState> states() {
        List<GroupRunner> runners =
                spec.strategy() == Strategy.DYNAMIC ? List.copyOf(groups.values()) : order;
        List<ComponentState> states = new ArrayList<>();
        for (GroupRunner group : runners) {
            for (Child child : group.children()) {
                states.add(ComponentState.of(child, group.supervisor(child.id())));
            }
        }
        if (spec.strategy() == Strategy.DYNAMIC) {
            states.sort(Comparator.comparing(ComponentState::id));
        }
        return states;
    }

    /**
     * Stops the children, the last one first, or side by side in a dynamic supervisor, and waits
     * until each has stopped or was abandoned.
     */
    @Override
    public void stop() throws InterruptedException {
        isStopping = true;
        if (spec.strategy() == Strategy.DYNAMIC) {
            List<GroupRunner> all = List.copyOf(groups.values());
            all.forEach(group -> group.on(new GroupEvent.Close()));
            for (GroupRunner group : all) {
                group.awaitClosed();
            }
            return;
        }
        for (GroupRunner group : order.reversed()) {
            group.on(new GroupEvent.Close());
            group.awaitClosed();
        }
    }
}
