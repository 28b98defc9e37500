package io.erlmcp.node;

import io.erlmcp.config.MigrationSettings;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.feature.MemoryKeyValueStore;
import io.erlmcp.migration.MigratingStore;
import io.erlmcp.migration.MigrationConfig;
import io.erlmcp.migration.MigrationNotes;
import io.erlmcp.migration.OtherMigration;
import io.erlmcp.migration.Side;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.MemorySessionStore;
import io.erlmcp.session.SessionStore;
import io.erlmcp.store.DiskStore;
import io.erlmcp.store.StoreDamaged;
import io.erlmcp.task.MemoryTaskStore;
import io.erlmcp.task.TaskStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The store that the configuration asks for, open.
 *
 * <p>Process model: opened and closed by the node; the stores in it own threads.
 */
final class Stores implements AutoCloseable {
    /** Its folder in the data folder. */
    static final String FOLDER = "store";

    private static final String MEMORY = "memory";
    private static final String NOTES = "migration";
    private static final Duration RETRY = Duration.ofSeconds(1);

    private final Side side;
    private final @Nullable MigratingStore migrating;

    /** In the order in which they are closed. */
    private final List<AutoCloseable> owned;

    private Stores(Side side, @Nullable MigratingStore migrating, List<AutoCloseable> owned) {
        this.side = side;
        this.migrating = migrating;
        this.owned = owned;
    }

    /** Null for sessions in memory. Gives the data folder back when it fails. */
    static @Nullable Stores open(NodeConfig config, DataFolder data, Observer observer)
            throws StartException {
        Opening opening = new Opening(config, data, observer);
        boolean isOpen = false;
        try {
            Stores stores =
                    switch (config.sessions().backend()) {
                        case MEMORY -> null;
                        case DISK -> opening.one(FOLDER);
                        case MIGRATING -> opening.migrating();
                    };
            isOpen = true;
            return stores;
        } finally {
            if (!isOpen) {
                opening.giveUp();
            }
        }
    }

    SessionStore sessions() {
        return side.sessions();
    }

    EventLogs events() {
        return side.events();
    }

    KeyValueStore values() {
        return side.values();
    }

    TaskStore tasks() {
        return side.tasks();
    }

    /** How much one of the stores of a migration lacks; 0 where there is none. */
    int pending() {
        return migrating == null ? 0 : migrating.pending();
    }

    @Override
    public void close() {
        closeAll(owned);
    }

    private static void closeAll(List<AutoCloseable> owned) {
        for (AutoCloseable each : owned) {
            try {
                each.close();
            } catch (Exception e) {
                throw new IllegalStateException("a store cannot be closed", e);
            }
        }
    }

    /** What was opened so far. */
    private static final class Opening {
        private final NodeConfig config;
        private final DataFolder data;
        private final Observer observer;
        private final List<AutoCloseable> owned = new ArrayList<>();

        private Opening(NodeConfig config, DataFolder data, Observer observer) {
            this.config = config;
            this.data = data;
            this.observer = observer;
        }

        private void giveUp() {
            closeAll(owned);
            data.close();
        }

        private Stores one(String folder) throws StartException {
            Side side = disk(folder);
            return new Stores(side, null, owned);
        }

        private Stores migrating() throws StartException {
            MigrationSettings wanted = config.migration();
            Path notes = folder(NOTES);
            try {
                if (wanted.phase() == 3) {
                    return alone(wanted, notes);
                }
                refuseWithoutSource(wanted, notes);
                Side source = wanted.source().equals(MEMORY) ? memory() : disk(wanted.source());
                Side target = disk(wanted.target());
                MigratingStore both =
                        MigratingStore.open(
                                new MigratingStore.Plan(source, target, plan(wanted)),
                                notes,
                                Time.system(),
                                observer);
                owned.addFirst(both);
                Side side =
                        new Side(
                                "migrating",
                                both.sessions(),
                                both.events(),
                                both.values(),
                                both.tasks());
                return new Stores(side, both, owned);
            } catch (OtherMigration e) {
                throw new StartException(String.valueOf(e.getMessage()), e);
            } catch (IOException e) {
                throw new StartException(notes + ": cannot be used: " + e.getMessage(), e);
            }
        }

        private Stores alone(MigrationSettings wanted, Path notes)
                throws IOException, StartException, OtherMigration {
            String why = MigrationNotes.notYet(wanted.target(), notes).orElse(null);
            if (why == null && !DiskStore.isThere(folder(wanted.target()))) {
                why = "its folder " + folder(wanted.target()) + " is gone";
            }
            if (why != null) {
                throw new StartException(
                        "migration.phase: 3, but "
                                + wanted.target()
                                + " cannot stand alone yet: "
                                + why
                                + "; run phase 1 or 2 until the log says that both stores were"
                                + " compared");
            }
            Stores target = one(wanted.target());
            MigrationNotes.standAlone(notes);
            return target;
        }

        /** An empty store in its place would be copied over the target. */
        private void refuseWithoutSource(MigrationSettings wanted, Path notes)
                throws StartException {
            if (wanted.source().equals(MEMORY) || !Files.exists(notes)) {
                return;
            }
            Path source = folder(wanted.source());
            if (!DiskStore.isThere(source)) {
                throw new StartException(
                        "migration.source: "
                                + source
                                + " holds no store, but "
                                + notes
                                + " says that a migration from it was begun; put it back");
            }
        }

        private static MigrationConfig plan(MigrationSettings wanted) {
            return new MigrationConfig(
                    wanted.phase() == 1
                            ? MigrationConfig.Phase.READ_SOURCE
                            : MigrationConfig.Phase.READ_TARGET,
                    wanted.maxPending(),
                    RETRY,
                    wanted.checkInterval());
        }

        private Side memory() {
            return new Side(
                    MEMORY,
                    new MemorySessionStore(),
                    EventLogs.inMemory(Time.system().now(), Settings.eventBounds(config)),
                    new MemoryKeyValueStore(config.data().maxValues()),
                    new MemoryTaskStore());
        }

        private Side disk(String name) throws StartException {
            Path folder = folder(name);
            try {
                DiskStore store =
                        DiskStore.open(Settings.store(config, folder), Time.system(), observer);
                owned.add(store);
                return new Side(
                        name, store.sessions(), store.events(), store.values(), store.tasks());
            } catch (StoreDamaged e) {
                throw new StartException(String.valueOf(e.getMessage()), e);
            } catch (IOException e) {
                throw new StartException(folder + ": cannot be used: " + e.getMessage(), e);
            }
        }

        private Path folder(String name) throws StartException {
            return data.path()
                    .map(path -> path.resolve(name))
                    .orElseThrow(
                            () ->
                                    new StartException(
                                            "sessions.backend: "
                                                    + config.sessions().backend().word()
                                                    + " needs data.dir, a folder of this node"));
        }
    }
}
