package io.erlmcp.upstream;

import io.erlmcp.observability.ComponentId;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;

/**
 * Which upstream server has which name in the node's lists. The name of a tool or prompt stays with
 * the one that had it first as long as the node runs: what a client knows by a name never becomes
 * another's. URIs, of which there may be any number, are given back.
 */
public final class Claims {
    /** Of one server: what it makes up must not take all names. */
    private static final int MAX_OF_ONE = 20_000;

    private record Name(String kind, String text) {}

    private final Map<Name, ComponentId> owners = new ConcurrentHashMap<>();
    private final Map<ComponentId, AtomicInteger> counts = new ConcurrentHashMap<>();

    /** True when {@code owner} has the name now. */
    boolean claim(String kind, String name, ComponentId owner, Predicate<String> isTaken) {
        Name key = new Name(kind, name);
        ComponentId before = owners.get(key);
        if (before != null) {
            return before.equals(owner);
        }
        AtomicInteger count = counts.computeIfAbsent(owner, it -> new AtomicInteger());
        if (isTaken.test(name) || count.get() >= MAX_OF_ONE) {
            return false;
        }
        if (owners.putIfAbsent(key, owner) != null) {
            return false;
        }
        count.incrementAndGet();
        return true;
    }

    /** Who has the name, or had it last among tools and prompts. */
    Optional<ComponentId> owner(String kind, String name) {
        return Optional.ofNullable(owners.get(new Name(kind, name)));
    }

    /** Gives a name back that others may have now. */
    void release(String kind, String name, ComponentId owner) {
        if (owners.remove(new Name(kind, name), owner)) {
            counts.computeIfAbsent(owner, it -> new AtomicInteger()).decrementAndGet();
        }
    }
}
