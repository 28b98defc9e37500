package io.erlmcp.config;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SequencedSet;
import org.jspecify.annotations.Nullable;

/**
 * Which upstream server does not work without which other, by {@code upstreams.NAME.needs}. Pure.
 */
public final class UpstreamNeeds {
    private UpstreamNeeds() {}

    /**
     * The names, each behind those that it needs; those that need nothing come first, as they stand
     * in the file.
     */
    public static List<String> startOrder(Map<String, UpstreamConfig> upstreams) {
        Map<String, Integer> unmet = new HashMap<>();
        Map<String, List<String>> neededBy = new HashMap<>();
        Deque<String> free = new ArrayDeque<>();
        upstreams.forEach(
                (name, it) -> {
                    unmet.put(name, it.needs().size());
                    it.needs().forEach(need -> add(neededBy, need, name));
                    if (it.needs().isEmpty()) {
                        free.add(name);
                    }
                });
        List<String> order = new ArrayList<>();
        for (String name = free.poll(); name != null; name = free.poll()) {
            order.add(name);
            for (String other : neededBy.getOrDefault(name, List.of())) {
                if (unmet.merge(other, -1, Integer::sum) == 0) {
                    free.add(other);
                }
            }
        }
        return order;
    }

    private static void add(Map<String, List<String>> all, String key, String value) {
        all.computeIfAbsent(key, it -> new ArrayList<>()).add(value);
    }

    /**
     * Checks what only all of them together can show.
     *
     * @throws IllegalArgumentException for a name that is none of theirs, the server's own, and a
     *     cycle; begins with the key
     */
    static void check(Map<String, UpstreamConfig> upstreams) {
        upstreams.forEach(
                (name, it) -> it.needs().forEach(need -> checkName(upstreams, name, need)));
        List<String> order = startOrder(upstreams);
        if (order.size() < upstreams.size()) {
            SequencedSet<String> left = new LinkedHashSet<>(upstreams.keySet());
            order.forEach(left::remove);
            throw cycle(upstreams, left);
        }
    }

    private static void checkName(Map<String, UpstreamConfig> upstreams, String name, String need) {
        if (need.equals(name)) {
            throw problem(name, "\"" + need + "\" is the server itself");
        }
        if (!upstreams.containsKey(need)) {
            throw problem(
                    name,
                    "there is no upstream server \""
                            + need
                            + '"'
                            + NearestMatch.of(need, upstreams.keySet())
                                    .map(it -> "; did you mean " + it + "?")
                                    .orElse(""));
        }
    }

    private static IllegalArgumentException problem(String name, String message) {
        return new IllegalArgumentException("upstreams." + name + ".needs: " + message);
    }

    /**
     * The first cycle that is found by going from need to need.
     *
     * @param left the servers in a cycle, and those that need one of them
     */
    private static IllegalArgumentException cycle(
            Map<String, UpstreamConfig> upstreams, SequencedSet<String> left) {
        SequencedSet<String> way = new LinkedHashSet<>();
        String at = left.getFirst();
        while (way.add(at)) {
            at = nextLeft(upstreams.get(at), left);
        }
        List<String> cycle = new ArrayList<>(way);
        cycle.subList(0, cycle.indexOf(at)).clear();
        cycle.add(at);
        return problem(
                at, "\"" + cycle.get(1) + "\" closes a cycle: " + String.join(" needs ", cycle));
    }

    /** What is left needs something that is left: else it would not be. */
    private static String nextLeft(@Nullable UpstreamConfig config, SequencedSet<String> left) {
        return Objects.requireNonNull(config).needs().stream()
                .filter(left::contains)
                .findFirst()
                .orElseThrow();
    }
}
