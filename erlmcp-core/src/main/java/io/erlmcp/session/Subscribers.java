package io.erlmcp.session;

import io.erlmcp.feature.ResourceFilter;

import org.jspecify.annotations.Nullable;

import java.util.Collection;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;

/**
 * Who subscribed to what, found by the URI that changed. Readers take no lock.
 *
 * <p>URIs are looked up. Prefixes, and templates by the text they begin with, stand in order: those
 * that a URI begins with are found by stepping down from it, past all others.
 *
 * @param <T> a subscriber, told apart from others by identity
 */
final class Subscribers<T> {
    /** Subscribers with the same filter. */
    private record Group<T>(ResourceFilter filter, Set<T> members) {}

    private final ConcurrentHashMap<String, Set<T>> byUri = new ConcurrentHashMap<>();
    private final ConcurrentSkipListMap<String, Map<String, Group<T>>> byBegin =
            new ConcurrentSkipListMap<>();
    private final AtomicInteger groups = new AtomicInteger();

    /** Guards changes of {@link #byBegin}, and of the groups in it. */
    private final ReentrantLock lock = new ReentrantLock();

    private static <T> Set<T> newSet() {
        return Collections.newSetFromMap(new ConcurrentHashMap<>());
    }

    /** Different prefixes and templates. */
    int patterns() {
        return groups.get();
    }

    /** Whether somebody has that prefix or template. */
    boolean hasPattern(ResourceFilter filter) {
        Map<String, Group<T>> all = byBegin.get(filter.begin());
        return all != null && all.containsKey(filter.text());
    }

    void add(ResourceFilter filter, T subscriber) {
        if (filter.isExact()) {
            byUri.compute(
                    filter.text(),
                    (uri, present) -> {
                        Set<T> all = present == null ? newSet() : present;
                        all.add(subscriber);
                        return all;
                    });
            return;
        }
        lock.lock();
        try {
            byBegin.computeIfAbsent(filter.begin(), it -> new ConcurrentHashMap<>())
                    .computeIfAbsent(filter.text(), it -> newGroup(filter))
                    .members()
                    .add(subscriber);
        } finally {
            lock.unlock();
        }
    }

    private Group<T> newGroup(ResourceFilter filter) {
        groups.incrementAndGet();
        return new Group<>(filter, newSet());
    }

    void remove(ResourceFilter filter, T subscriber) {
        if (filter.isExact()) {
            byUri.computeIfPresent(
                    filter.text(),
                    (uri, present) -> {
                        present.remove(subscriber);
                        return present.isEmpty() ? null : present;
                    });
            return;
        }
        lock.lock();
        try {
            Map<String, Group<T>> all = byBegin.get(filter.begin());
            Group<T> group = all == null ? null : all.get(filter.text());
            if (all != null && group != null) {
                group.members().remove(subscriber);
                forgetIfEmpty(all, group);
            }
        } finally {
            lock.unlock();
        }
    }

    private void forgetIfEmpty(Map<String, Group<T>> all, Group<T> group) {
        if (group.members().isEmpty()) {
            all.remove(group.filter().text());
            groups.decrementAndGet();
        }
        if (all.isEmpty()) {
            byBegin.remove(group.filter().begin());
        }
    }

    /** Visits each subscriber of {@code uri} once, by however many ways it has subscribed. */
    void forEach(String uri, Consumer<T> visitor) {
        Visit visit = new Visit(visitor);
        Set<T> exact = byUri.get(uri);
        if (exact != null) {
            visit.all(exact);
        }
        String from = uri;
        Map.Entry<String, Map<String, Group<T>>> next = byBegin.floorEntry(from);
        while (next != null) {
            int common = commonLength(uri, next.getKey());
            if (common == next.getKey().length()) {
                visit.matching(uri, next.getValue().values());
                next = byBegin.lowerEntry(next.getKey());
            } else {
                // all between here and what they have in common begins as this one, not as the URI
                next = byBegin.floorEntry(uri.substring(0, common));
            }
        }
    }

    private static int commonLength(String one, String other) {
        int length = Math.min(one.length(), other.length());
        int at = 0;
        while (at < length && one.charAt(at) == other.charAt(at)) {
            at++;
        }
        return at;
    }

    /** Who was told already; remembered only when there is a second way to be found. */
    private final class Visit {
        private final Consumer<T> visitor;
        private @Nullable Collection<T> first;
        private @Nullable Set<T> seen;

        Visit(Consumer<T> visitor) {
            this.visitor = visitor;
        }

        void matching(String uri, Collection<Group<T>> groups) {
            for (Group<T> group : groups) {
                if (group.filter().matches(uri)) {
                    all(group.members());
                }
            }
        }

        void all(Collection<T> members) {
            if (first == null) {
                first = members;
                members.forEach(visitor);
                return;
            }
            Set<T> known = seen;
            if (known == null) {
                known = Collections.newSetFromMap(new IdentityHashMap<>());
                known.addAll(first);
                seen = known;
            }
            for (T member : members) {
                if (known.add(member)) {
                    visitor.accept(member);
                }
            }
        }
    }
}
