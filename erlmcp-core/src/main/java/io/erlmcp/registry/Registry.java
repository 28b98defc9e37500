package io.erlmcp.registry;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which object stands behind a name right now.
 *
 * <p>A name belongs to its {@link Entry}: the owner closes it when it dies (a component by {@code
 * life.whenGone(entry::close)}), and an owner that was replaced cannot take the name of its
 * successor away.
 *
 * <p>Process model: no thread, no lock. A lookup is one read of one concurrent map. Thread-safe.
 *
 * @param <T> what stands behind the names
 */
public final class Registry<T> {
    private final String name;
    private final RegistryLimits limits;
    private final Time time;
    private final Observer observer;
    private final Map<String, Entry<T>> entries = new ConcurrentHashMap<>();
    private final AtomicInteger size = new AtomicInteger();
    private final DeadLetters deadLetters;

    /**
     * @param name of the registry, for events
     */
    public Registry(String name, RegistryLimits limits, Time time, Observer observer) {
        this.name = name;
        this.limits = limits;
        this.time = time;
        this.observer = observer;
        deadLetters = new DeadLetters(limits.maxDeadLetters());
    }

    /** A name that is taken. Closing it gives the name back, once. */
    public static final class Entry<T> implements AutoCloseable {
        private final Registry<T> registry;
        private final String name;
        private final T value;

        private Entry(Registry<T> registry, String name, T value) {
            this.registry = registry;
            this.name = name;
            this.value = value;
        }

        public String name() {
            return name;
        }

        @Override
        public void close() {
            if (registry.entries.remove(name, this)) {
                registry.size.decrementAndGet();
            }
        }
    }

    /**
     * Takes a name.
     *
     * @throws IllegalStateException when the name is taken, or the registry is full
     */
    public Entry<T> register(String key, T value) {
        if (size.incrementAndGet() > limits.maxNames()) {
            size.decrementAndGet();
            observer.on(new RegistryEvent.Full(name, limits.maxNames()));
            throw new IllegalStateException(
                    name + ": has " + limits.maxNames() + " names, its limit");
        }
        Entry<T> entry = new Entry<>(this, key, value);
        if (entries.putIfAbsent(key, entry) != null) {
            size.decrementAndGet();
            throw new IllegalStateException(name + ": \"" + key + "\" is taken");
        }
        return entry;
    }

    /** What stands behind the name; null when nothing does. */
    public @Nullable T find(String key) {
        Entry<T> entry = entries.get(key);
        return entry == null ? null : entry.value;
    }

    /**
     * Hands what stands behind the name to {@code delivery}; where nothing does, leaves a dead
     * letter.
     *
     * @param what is delivered, in a few words: never its content
     * @return whether there was somebody
     */
    public boolean deliver(String key, String what, Consumer<T> delivery) {
        T found = find(key);
        if (found != null) {
            delivery.accept(found);
            return true;
        }
        DeadLetter letter = new DeadLetter(time.now(), key, what);
        deadLetters.add(letter);
        observer.on(new RegistryEvent.Undelivered(name, letter));
        return false;
    }

    /** Names that are taken. */
    public int size() {
        return size.get();
    }

    /** What stands behind all names now, by name. */
    public Map<String, T> all() {
        Map<String, T> all = new TreeMap<>();
        entries.forEach((key, entry) -> all.put(key, entry.value));
        return all;
    }

    /** The last letters that could not be delivered, the oldest first. */
    public List<DeadLetter> deadLetters() {
        return deadLetters.all();
    }

    /** All letters that could not be delivered, those that are forgotten included. */
    public long deadLettersTotal() {
        return deadLetters.total();
    }
}
