/*
 * This class does I/O while it holds its lock: a file is written by one at a time, which is what the lock is for.
 */
package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;

/**
 * What components leave to their next run, one file each, with a checksum. A file that is not what
 * was written is refused and moved aside; one that is too old is removed.
 *
 * <p>Process model: no thread; made by the node, which has locked the data folder. Writers and
 * readers take turns.
 */
public final class SavedStates {
    /** Its folder in the data folder. */
    public static final String FOLDER = "state";

    /** How long a saved state is of use. */
    public static final Duration STALE = Duration.ofDays(7);

    /** Requests that one component may leave. */
    static final int MAX_PENDING = 10_000;

    private static final int SCHEMA = 1;
    private static final String SUFFIX = ".json";

    private final Path data;
    private final Path folder;
    private final Duration maxAge;
    private final Disk disk;
    private final Time time;
    private final Observer observer;

    /** Guards the files of the folder. */
    private final ReentrantLock turn = new ReentrantLock();

    private SavedStates(Path data, Duration maxAge, Disk disk, Time time, Observer observer) {
        this.data = data;
        this.folder = data.resolve(FOLDER);
        this.maxAge = maxAge;
        this.disk = disk;
        this.time = time;
        this.observer = observer;
    }

    /**
     * The states in a data folder; the folder is made on the first save, and what a save left that
     * did not come to its end is removed.
     *
     * @param maxAge what is older is removed when it is met
     */
    public static SavedStates in(
            Path data, Duration maxAge, Disk disk, Time time, Observer observer)
            throws IOException {
        Path folder = data.resolve(FOLDER);
        if (Files.isDirectory(folder)) {
            for (Path leftover : files(folder, SUFFIX + ".tmp")) {
                disk.delete(leftover);
            }
        }
        return new SavedStates(data, maxAge, disk, time, observer);
    }

    /** A saved state cannot be used: it is not what was written. */
    public static final class Rejected extends IOException {
        private static final long serialVersionUID = 1L;

        Rejected(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Saves; it is on the disk when this returns, in the place of what was there. */
    public void save(ComponentState state) throws IOException {
        if (state.pending().size() > MAX_PENDING) {
            throw new IOException(
                    state.component()
                            + ": "
                            + state.pending().size()
                            + " pending requests, at most "
                            + MAX_PENDING
                            + " can be saved");
        }
        turn.lock();
        try {
            write(state);
        } finally {
            turn.unlock();
        }
    }

    private void write(ComponentState state) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectories(folder);
            disk.syncFolder(data);
        }
        WholeFile file = file(state.component());
        file.write(state.json());
        observer.on(
                new AndonEvent.StateSaved(
                        state.component(),
                        state.sessions().size(),
                        state.pending().size(),
                        Files.size(file.path())));
    }

    /**
     * What was saved; empty when there is nothing, or what there was is too old, and gone now.
     *
     * @throws Rejected when the file is not what was written; it was moved aside
     */
    public Optional<ComponentState> load(ComponentId component) throws IOException {
        turn.lock();
        try {
            return read(component);
        } finally {
            turn.unlock();
        }
    }

    private Optional<ComponentState> read(ComponentId component) throws IOException {
        WholeFile file = file(component);
        ComponentState state;
        try {
            JsonObject json = file.read().orElse(null);
            if (json == null) {
                return Optional.empty();
            }
            state = ComponentState.of(json);
            if (!state.component().equals(component)) {
                throw new WholeFile.Damaged(file.path() + ": is of " + state.component());
            }
        } catch (WholeFile.Damaged e) {
            Path aside = file.setAside(Long.toString(time.now().toEpochMilli()));
            observer.on(
                    new AndonEvent.Unreadable(
                            "the saved state of " + component, e.getMessage() + "; now " + aside));
            throw new Rejected("the saved state of " + component + ": " + e.getMessage(), e);
        }
        Duration age = age(state);
        if (age.compareTo(maxAge) <= 0) {
            return Optional.of(state);
        }
        remove(component);
        observer.on(new AndonEvent.StateExpired(component, age));
        return Optional.empty();
    }

    /** How old it is; nothing for one of the future, because the clock was set back. */
    private Duration age(ComponentState state) {
        Duration age = Duration.between(state.saved(), time.now());
        return age.isNegative() ? Duration.ZERO : age;
    }

    /**
     * Loads, and removes first what it returns: after a crash nothing of it runs a second time.
     *
     * @throws Rejected as {@link #load}
     */
    public Optional<ComponentState> take(ComponentId component) throws IOException {
        turn.lock();
        try {
            Optional<ComponentState> state = read(component);
            if (state.isPresent()) {
                remove(component);
            }
            return state;
        } finally {
            turn.unlock();
        }
    }

    /** Removes what was saved; false when there was nothing. */
    public boolean delete(ComponentId component) throws IOException {
        turn.lock();
        try {
            return remove(component);
        } finally {
            turn.unlock();
        }
    }

    private boolean remove(ComponentId component) throws IOException {
        Path path = file(component).path();
        if (!Files.exists(path)) {
            return false;
        }
        disk.delete(path);
        disk.syncFolder(folder);
        return true;
    }

    /** The components that left something. */
    public List<ComponentId> list() throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<ComponentId> found = new ArrayList<>();
        for (Path path : files(folder, SUFFIX)) {
            String name = path.getFileName().toString();
            if (name.matches("[A-Za-z0-9_.~-]+\\.json")) {
                found.add(
                        new ComponentId(
                                name.substring(0, name.length() - SUFFIX.length())
                                        .replace('~', '/')));
            }
        }
        return found;
    }

    /** The pending requests that a component left. */
    public List<ComponentState.PendingRequest> pending(ComponentId component) throws IOException {
        return load(component).map(ComponentState::pending).orElse(List.of());
    }

    /** The pending request of that id. */
    public Optional<ComponentState.PendingRequest> pending(ComponentId component, String id)
            throws IOException {
        return pending(component).stream().filter(it -> it.id().equals(id)).findFirst();
    }

    /** Adds a pending request to what a component leaves, in the place of one of the same id. */
    public void savePending(ComponentId component, ComponentState.PendingRequest request)
            throws IOException {
        turn.lock();
        try {
            ComponentState before =
                    read(component)
                            .orElse(
                                    new ComponentState(
                                            component,
                                            time.now(),
                                            List.of(),
                                            List.of(),
                                            List.of()));
            List<ComponentState.PendingRequest> requests = without(before, request.id());
            if (requests.size() >= MAX_PENDING) {
                throw new IOException(
                        component
                                + ": has "
                                + requests.size()
                                + " pending requests, at most "
                                + MAX_PENDING
                                + " can be saved");
            }
            requests.add(request);
            write(before.withPending(requests));
        } finally {
            turn.unlock();
        }
    }

    /** Takes a pending request out of what a component leaves; false when there is none. */
    public boolean deletePending(ComponentId component, String id) throws IOException {
        turn.lock();
        try {
            ComponentState before = read(component).orElse(null);
            if (before == null || before.pending().stream().noneMatch(it -> it.id().equals(id))) {
                return false;
            }
            write(before.withPending(without(before, id)));
            return true;
        } finally {
            turn.unlock();
        }
    }

    private static List<ComponentState.PendingRequest> without(ComponentState state, String id) {
        return new ArrayList<>(state.pending().stream().filter(it -> !it.id().equals(id)).toList());
    }

    /**
     * Removes what is too old, and moves aside what is not what was written.
     *
     * @return how many were removed
     */
    public int cleanUp() throws IOException {
        int removed = 0;
        for (ComponentId component : list()) {
            try {
                boolean isThere = Files.exists(file(component).path());
                removed += isThere && load(component).isEmpty() ? 1 : 0;
            } catch (Rejected e) {
                removed++;
            }
        }
        return removed;
    }

    private WholeFile file(ComponentId component) {
        return new WholeFile(
                folder.resolve(component.path().replace('/', '~') + SUFFIX), SCHEMA, disk);
    }

    private static List<Path> files(Path folder, String suffix) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.filter(path -> path.getFileName().toString().endsWith(suffix))
                    .sorted()
                    .toList();
        }
    }
}
