package io.erlmcp.migration;

import io.erlmcp.migration.Pending.Entry;
import io.erlmcp.migration.Pending.Kind;
import io.erlmcp.migration.Pending.Where;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.McpException;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.SessionRecord;
import io.erlmcp.task.TaskRecord;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * The two stores, in the order in which they are asked, and the rules that hold for whatever is in
 * them. A change is acknowledged once the first store has it and the second one has it too, or that
 * it lacks it is noted.
 */
final class Both {
    private final Side source;
    private final Side target;
    private final MigrationConfig config;
    private final Pending pending;
    private final Time time;
    private final Observer observer;
    private final Turns turns = new Turns();
    private volatile boolean hasFailed;
    private volatile long failedNanos;

    Both(
            Side source,
            Side target,
            MigrationConfig config,
            Pending pending,
            Time time,
            Observer observer) {
        this.source = source;
        this.target = target;
        this.config = config;
        this.pending = pending;
        this.time = time;
        this.observer = observer;
    }

    Where firstIs() {
        return switch (config.phase()) {
            case READ_SOURCE -> Where.SOURCE;
            case READ_TARGET -> Where.TARGET;
        };
    }

    Side side(Where where) {
        return where == Where.SOURCE ? source : target;
    }

    Side first() {
        return side(firstIs());
    }

    Side second() {
        return side(firstIs().other());
    }

    Pending pending() {
        return pending;
    }

    Observer observer() {
        return observer;
    }

    MigrationConfig config() {
        return config;
    }

    <T> T alone(Kind kind, String id, Supplier<T> work) {
        return turns.alone(List.of(kind + id), work);
    }

    /** As {@link #alone}, of several things at once. */
    void alone(Kind kind, List<String> ids, Runnable work) {
        turns.alone(
                ids.stream().map(id -> kind + id).toList(),
                () -> {
                    work.run();
                    return true;
                });
    }

    Entry inFirst(Kind kind, String id) {
        return new Entry(firstIs(), kind, id);
    }

    Entry inSecond(Kind kind, String id) {
        return new Entry(firstIs().other(), kind, id);
    }

    boolean lacks(Entry entry) {
        return pending.isLacking(entry);
    }

    /**
     * The first store has a change of this: whatever it lacked before it lacks no more. Said before
     * the second one is written, or brought to the first one again would be what the second has.
     */
    void firstHas(Kind kind, String id) {
        pending.settle(inFirst(kind, id));
    }

    /** Writes to the second store, or notes that it lacks the change. */
    void second(Kind kind, String id, Runnable write) {
        second(kind, List.of(id), ids -> write.run());
    }

    /**
     * As {@link #second}, of several things at once.
     *
     * @param write gets those that the second store is not known to lack anyway
     */
    void second(Kind kind, List<String> ids, Consumer<List<String>> write) {
        List<String> wanted =
                ids.stream().filter(id -> !pending.isNoted(inSecond(kind, id))).toList();
        if (wanted.isEmpty()) {
            return;
        }
        if (isResting()) {
            wanted.forEach(id -> pending.add(inSecond(kind, id)));
            return;
        }
        try {
            write.accept(wanted);
        } catch (RuntimeException failure) {
            wanted.forEach(id -> pending.add(inSecond(kind, id)));
            rest();
            observer.on(
                    new MigrationEvent.WriteQueued(
                            second().name(), String.valueOf(failure.getMessage())));
        }
    }

    /** True while it is not worth trying: callers must not wait for a store that is not asked. */
    boolean isResting() {
        return hasFailed && time.nanos() - failedNanos < config.retry().toNanos();
    }

    void rest() {
        failedNanos = time.nanos();
        hasFailed = true;
    }

    /**
     * Reads from the first store, and from the second what the first cannot tell or, where it is
     * the target or nobody knows which store is right, does not have.
     */
    <T> Optional<T> read(Kind kind, String id, Function<Side, Optional<T>> from) {
        if (lacks(inFirst(kind, id))) {
            return from.apply(second());
        }
        Optional<T> found;
        try {
            found = from.apply(first());
        } catch (RuntimeException failure) {
            return afterFailure(kind, id, from, failure);
        }
        if (!mayBeElsewhere() || lacks(inSecond(kind, id))) {
            return found;
        }
        if (found.isEmpty()) {
            return elsewhere(from);
        }
        return pending.isAllInDoubt() ? newest(found, from.apply(second())) : found;
    }

    /** True while the second store may have what the first one does not. */
    boolean mayBeElsewhere() {
        return firstIs() == Where.TARGET || pending.isAllInDoubt();
    }

    private static <T> Optional<T> newest(Optional<T> first, Optional<T> second) {
        return isNewer(second, first) ? second : first;
    }

    /** Whether {@code one} was changed after {@code other}, as far as that shows. */
    static boolean isNewer(Optional<?> one, Optional<?> other) {
        if (one.isEmpty() || other.isEmpty()) {
            return one.isPresent();
        }
        return switch (one.get()) {
            case SessionRecord session ->
                    other.get() instanceof SessionRecord old && session.version() > old.version();
            case TaskRecord task ->
                    other.get() instanceof TaskRecord old && task.updated().isAfter(old.updated());
            default -> false;
        };
    }

    private <T> Optional<T> afterFailure(
            Kind kind, String id, Function<Side, Optional<T>> from, RuntimeException failure) {
        if (lacks(inSecond(kind, id))) {
            throw failure;
        }
        try {
            Optional<T> found = from.apply(second());
            fellBack(String.valueOf(failure.getMessage()));
            return found;
        } catch (RuntimeException both) {
            failure.addSuppressed(both);
            throw failure;
        }
    }

    private <T> Optional<T> elsewhere(Function<Side, Optional<T>> from) {
        Optional<T> found = from.apply(second());
        if (found.isPresent()) {
            fellBack("it is not there yet");
        }
        return found;
    }

    private void fellBack(String why) {
        observer.on(new MigrationEvent.FellBack(second().name(), why));
    }

    /** What the first store is, when it answers; else what the second one says. */
    <T> T ask(Function<Side, T> question) {
        try {
            return question.apply(first());
        } catch (McpException failure) {
            fellBack(String.valueOf(failure.getMessage()));
            return question.apply(second());
        }
    }
}
