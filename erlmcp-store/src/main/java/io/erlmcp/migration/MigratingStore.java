package io.erlmcp.migration;

import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.SessionStore;
import io.erlmcp.task.TaskStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.List;

/**
 * Two stores as one, while sessions move from the first to the second: the {@code migrating}
 * backend. Does not own the stores.
 *
 * <p>Process model: opened and closed by one owner, before the stores are closed; owns one thread,
 * which copies and compares.
 */
public final class MigratingStore implements AutoCloseable {
    private static final int PAGE = 500;

    private final Pending pending;
    private final Reconciler reconciler;
    private final SessionStore sessions;
    private final EventLogs events;
    private final KeyValueStore values;
    private final TaskStore tasks;

    private MigratingStore(Both both, Pending pending, Time time) {
        this.pending = pending;
        this.sessions = new MigratingSessions(both);
        this.events = new MigratingEvents(both);
        this.values = new MigratingValues(both);
        this.tasks = new MigratingTasks(both);
        this.reconciler = new Reconciler(both, time);
    }

    /** What moves where, and how. */
    public record Plan(Side source, Side target, MigrationConfig config) {}

    /**
     * Begins, or goes on.
     *
     * @param notes the file that says what a store lacks; made when it is missing
     * @throws IOException when the file cannot be used
     * @throws OtherMigration when the file is of other stores, or the target has stood alone; also
     *     when there is no file and the target holds sessions, which the source would be asked for
     */
    public static MigratingStore open(Plan plan, Path notes, Time time, Observer observer)
            throws IOException, OtherMigration {
        MigrationNotes.checkBoth(plan, notes);
        Pending pending = Pending.open(notes, plan.config().maxPending());
        pending.setNames(MigrationNotes.names(plan));
        if (!plan.source().sessions().isDurable()) {
            fill(plan.source(), plan.target());
        }
        Both both = new Both(plan.source(), plan.target(), plan.config(), pending, time, observer);
        return new MigratingStore(both, pending, time);
    }

    /** A source that ends with its process begins with what the target has kept of it. */
    private static void fill(Side source, Side target) {
        List<SessionStore.Place> page = target.sessions().listByAge(null, PAGE);
        while (!page.isEmpty()) {
            for (SessionStore.Place place : page) {
                target.sessions().read(place.id()).ifPresent(source.sessions()::put);
            }
            page = target.sessions().listByAge(page.getLast(), PAGE);
        }
        List<String> keys = target.values().keys(null, PAGE);
        while (!keys.isEmpty()) {
            for (String key : keys) {
                target.values().get(key).ifPresent(value -> source.values().put(key, value));
            }
            keys = target.values().keys(keys.getLast(), PAGE);
        }
        target.tasks().each(task -> MigratingTasks.put(source.tasks(), task));
    }

    /** The sessions. */
    public SessionStore sessions() {
        return sessions;
    }

    /** The events of their streams. */
    public EventLogs events() {
        return events;
    }

    /** Small values by key. */
    public KeyValueStore values() {
        return values;
    }

    /** The tasks. */
    public TaskStore tasks() {
        return tasks;
    }

    /** How much a store lacks by name. */
    public int pending() {
        return pending.size();
    }

    /** True once both stores have everything, but for what is {@link #pending}. */
    public boolean isComplete() {
        return pending.isComplete();
    }

    @Override
    public void close() {
        reconciler.close();
        try {
            pending.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
