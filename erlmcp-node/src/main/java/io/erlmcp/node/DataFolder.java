package io.erlmcp.node;

import io.erlmcp.config.NodeConfig;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder in which a node keeps what must outlive it, locked against a second node while it is
 * in use.
 *
 * <p>The one that is configured must be there for this node alone, else the node does not start.
 * Without configuration a node that listens on a network uses {@code $XDG_STATE_HOME/erlmcp/NAME};
 * if that is taken or cannot be written, it goes on with nothing kept, and says so. A node on stdio
 * writes nothing unless it is told where.
 */
final class DataFolder implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DataFolder.class);

    private final @Nullable Path path;
    private final @Nullable FileChannel lock;

    private DataFolder(@Nullable Path path, @Nullable FileChannel lock) {
        this.path = path;
        this.lock = lock;
    }

    static DataFolder open(NodeConfig config, Map<String, String> environment)
            throws StartException {
        String configured = config.data().dir();
        if (!configured.isEmpty()) {
            return required(Path.of(configured));
        }
        return config.http().enabled() ? usual(config, environment) : new DataFolder(null, null);
    }

    private static DataFolder required(Path path) throws StartException {
        try {
            FileChannel lock = lock(path);
            if (lock == null) {
                throw new StartException("data.dir: " + path + ": another node uses it");
            }
            return new DataFolder(path, lock);
        } catch (IOException e) {
            throw new StartException(
                    "data.dir: " + path + ": cannot be used: " + e.getMessage(), e);
        }
    }

    private static DataFolder usual(NodeConfig config, Map<String, String> environment) {
        String home = environment.getOrDefault("HOME", System.getProperty("user.home", "."));
        String state = environment.getOrDefault("XDG_STATE_HOME", "");
        Path root = state.isEmpty() ? Path.of(home, ".local", "state") : Path.of(state);
        Path path = root.resolve("erlmcp").resolve(fileName(config.server().name()));
        try {
            FileChannel lock = lock(path);
            if (lock != null) {
                return new DataFolder(path, lock);
            }
            LOG.warn(
                    "data.dir: {} is used by another node: nothing is kept, keys end with this"
                            + " node",
                    path);
        } catch (IOException e) {
            LOG.warn(
                    "data.dir: {} cannot be used ({}): nothing is kept, keys end with this node",
                    path,
                    e.toString());
        }
        return new DataFolder(null, null);
    }

    private static String fileName(String name) {
        return name.chars()
                .map(c -> Character.isLetterOrDigit(c) || c == '-' || c == '_' ? c : '_')
                .collect(StringBuilder::new, StringBuilder::appendCodePoint, StringBuilder::append)
                .toString();
    }

    /** Null when somebody else holds the lock. */
    private static @Nullable FileChannel lock(Path path) throws IOException {
        Files.createDirectories(path);
        FileChannel channel =
                FileChannel.open(
                        path.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        try {
            FileLock lock = channel.tryLock();
            if (lock != null) {
                return channel;
            }
        } catch (OverlappingFileLockException heldByThisProcess) {
            LOG.debug("{} is locked by this process", path);
        }
        channel.close();
        return null;
    }

    /** Where to keep things; empty when nothing is kept. */
    Optional<Path> path() {
        return Optional.ofNullable(path);
    }

    @Override
    public void close() {
        if (lock != null) {
            try {
                lock.close();
            } catch (IOException e) {
                throw new UncheckedIOException(
                        "data.dir: " + path + ": the lock cannot be given back", e);
            }
        }
    }
}
