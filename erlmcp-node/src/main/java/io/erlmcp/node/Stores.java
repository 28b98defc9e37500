package io.erlmcp.node;

import io.erlmcp.config.NodeConfig;
import io.erlmcp.config.SessionsConfig;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.session.SessionLimits;
import io.erlmcp.store.DiskStore;
import io.erlmcp.store.StoreConfig;
import io.erlmcp.store.StoreDamaged;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Opens the store that the configuration asks for. */
final class Stores {
    /** Its folder in the data folder. */
    static final String FOLDER = "store";

    private Stores() {}

    /** Null for sessions in memory. Gives the data folder back when it fails. */
    static @Nullable DiskStore open(NodeConfig config, DataFolder data, Observer observer)
            throws StartException {
        SessionsConfig sessions = config.sessions();
        return switch (sessions.backend()) {
            case MEMORY -> null;
            case DISK -> disk(config, data, observer);
        };
    }

    private static DiskStore disk(NodeConfig config, DataFolder data, Observer observer)
            throws StartException {
        Path folder = data.path().map(path -> path.resolve(FOLDER)).orElse(null);
        if (folder == null) {
            data.close();
            throw new StartException(
                    "sessions.backend: disk needs data.dir, a folder of this node");
        }
        SessionLimits.EventBounds events = Settings.eventBounds(config);
        try {
            return DiskStore.open(
                    StoreConfig.in(folder).withEvents(events), Time.system(), observer);
        } catch (StoreDamaged e) {
            data.close();
            throw new StartException(String.valueOf(e.getMessage()), e);
        } catch (IOException e) {
            data.close();
            throw new StartException(folder + ": cannot be used: " + e.getMessage(), e);
        }
    }
}
