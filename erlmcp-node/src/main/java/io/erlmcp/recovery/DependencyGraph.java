package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.ChildSpec;
import io.erlmcp.supervision.SupervisorSpec;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedSet;

/**
 * Which component of a tree does not work without which, as the strategies of its supervisors say
 * it: with {@code rest_for_one} what stands below needs what stands above, with {@code one_for_all}
 * each needs all others, and a supervisor needs its children. What lies within a component needs
 * what that needs. What a strategy cannot say is declared beside it. Immutable.
 */
public final class DependencyGraph {
    /** Nothing is known. */
    public static final DependencyGraph NONE = new DependencyGraph(Map.of(), Map.of());

    private final Map<ComponentId, List<ComponentId>> needs;
    private final Map<ComponentId, List<ComponentId>> declared;

    private DependencyGraph(
            Map<ComponentId, List<ComponentId>> needs,
            Map<ComponentId, List<ComponentId>> declared) {
        this.needs = Map.copyOf(needs);
        this.declared = Map.copyOf(declared);
    }

    /** Of a whole tree. */
    public static DependencyGraph of(SupervisorSpec root) {
        Map<ComponentId, List<ComponentId>> needs = new LinkedHashMap<>();
        add(ComponentId.NODE, root, List.of(), needs);
        return new DependencyGraph(needs, Map.of());
    }

    /** The same, with what components say that they need. */
    public DependencyGraph declaring(Map<ComponentId, List<ComponentId>> others) {
        return new DependencyGraph(needs, others);
    }

    private static void add(
            ComponentId parent,
            SupervisorSpec spec,
            List<ComponentId> inherited,
            Map<ComponentId, List<ComponentId>> needs) {
        List<ComponentId> ids =
                spec.children().stream().map(child -> below(parent, child.name())).toList();
        for (int i = 0; i < ids.size(); i++) {
            ComponentId id = ids.get(i);
            List<ComponentId> own = new ArrayList<>(inherited);
            own.addAll(
                    switch (spec.strategy()) {
                        case ONE_FOR_ONE, DYNAMIC -> List.of();
                        case REST_FOR_ONE -> ids.subList(0, i);
                        case ONE_FOR_ALL -> ids.stream().filter(it -> !it.equals(id)).toList();
                    });
            List<ComponentId> all = new ArrayList<>(own);
            ChildSpec child = spec.children().get(i);
            SupervisorSpec within = child.supervisor();
            if (within != null) {
                add(id, within, own, needs);
                within.children().forEach(it -> all.add(below(id, it.name())));
            }
            needs.put(id, List.copyOf(all));
        }
    }

    private static ComponentId below(ComponentId parent, String name) {
        return parent.equals(ComponentId.NODE) ? ComponentId.of(name) : parent.child(name);
    }

    /**
     * What {@code component} does not work without, also through others; empty where nothing is
     * known.
     */
    public List<ComponentId> needs(ComponentId component) {
        SequencedSet<ComponentId> all =
                new LinkedHashSet<>(needs.getOrDefault(component, List.of()));
        all.addAll(reached(component, declared));
        return List.copyOf(all);
    }

    /** What said, itself or through others, that it does not work without {@code component}. */
    public List<ComponentId> neededBy(ComponentId component) {
        Map<ComponentId, List<ComponentId>> back = new LinkedHashMap<>();
        declared.forEach(
                (from, to) ->
                        to.forEach(
                                it -> back.computeIfAbsent(it, x -> new ArrayList<>()).add(from)));
        return List.copyOf(reached(component, back));
    }

    /** All that can be reached from {@code start}; it may be in a cycle. */
    private static SequencedSet<ComponentId> reached(
            ComponentId start, Map<ComponentId, List<ComponentId>> next) {
        SequencedSet<ComponentId> reached = new LinkedHashSet<>();
        Deque<ComponentId> open = new ArrayDeque<>(next.getOrDefault(start, List.of()));
        for (ComponentId at = open.poll(); at != null; at = open.poll()) {
            if (!at.equals(start) && reached.add(at)) {
                open.addAll(next.getOrDefault(at, List.of()));
            }
        }
        return reached;
    }
}
