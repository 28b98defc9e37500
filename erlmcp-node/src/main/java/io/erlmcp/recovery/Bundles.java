package io.erlmcp.recovery;

import io.erlmcp.json.Json;
import io.erlmcp.observability.ComponentId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The newest bundle of each component, of so many components: in memory, and in a file each where
 * there is a data folder. The files are for people; a loss of them in a power cut loses no
 * decision, so they are not synced.
 *
 * <p>Process model: no thread. {@code turn} guards the order of the files, and is held over the
 * writing of one by threads that may wait; {@code lock} guards {@code kept}, and nothing is done
 * while it is held.
 */
final class Bundles {
    static final String FOLDER = "recovery";

    private static final String SUFFIX = ".json";
    private static final String TEMPORARY = ".tmp";
    private static final long MAX_FILE_BYTES = 16 << 20;
    private static final FileAttribute<?> FOLDER_OF_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------"));
    private static final FileAttribute<?> FILE_OF_OWNER =
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

    private final int max;
    private final @Nullable Path folder;
    private final Map<ComponentId, Bundle> kept = new LinkedHashMap<>();
    private final ReentrantLock lock = new ReentrantLock();
    private final ReentrantLock turn = new ReentrantLock();

    /**
     * @param data the data folder; null when nothing is kept
     */
    Bundles(int max, @Nullable Path data) {
        this.max = max;
        this.folder = data == null ? null : data.resolve(FOLDER);
    }

    /**
     * Takes on what the last run left; too many, or what is no bundle, is removed.
     *
     * @throws IOException when the folder cannot be read
     */
    void open() throws IOException {
        if (folder == null || !Files.isDirectory(folder)) {
            return;
        }
        List<Bundle> found = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.filter(Bundles::isOurs).toList()) {
                Bundle bundle = read(file);
                if (bundle == null || !file.equals(file(folder, bundle.component()))) {
                    Files.deleteIfExists(file);
                } else {
                    found.add(bundle);
                }
            }
        }
        found.sort(Comparator.comparing(Bundle::at));
        for (Bundle bundle : found) {
            put(bundle);
        }
    }

    private static boolean isOurs(Path file) {
        String name = file.getFileName().toString();
        return name.endsWith(SUFFIX) || name.endsWith(SUFFIX + TEMPORARY);
    }

    private static @Nullable Bundle read(Path file) throws IOException {
        if (!file.toString().endsWith(SUFFIX) || Files.size(file) > MAX_FILE_BYTES) {
            return null;
        }
        try {
            return Bundle.of(Json.parseObject(Files.readAllBytes(file)));
        } catch (RuntimeException e) {
            return null; // it is for people only, and the next one takes its place
        }
    }

    /**
     * Keeps a bundle in the place of the one before.
     *
     * @throws IOException when it is in memory only
     */
    void keep(Bundle bundle) throws IOException {
        turn.lock();
        try {
            put(bundle);
            if (folder != null) {
                write(folder, bundle);
            }
        } finally {
            turn.unlock();
        }
    }

    private void put(Bundle bundle) throws IOException {
        List<ComponentId> gone = new ArrayList<>();
        lock.lock();
        try {
            kept.remove(bundle.component()); // the newest stands last
            kept.put(bundle.component(), bundle);
            while (kept.size() > max) {
                ComponentId oldest = kept.keySet().iterator().next();
                kept.remove(oldest);
                gone.add(oldest);
            }
        } finally {
            lock.unlock();
        }
        if (folder != null) {
            for (ComponentId component : gone) {
                Files.deleteIfExists(file(folder, component));
            }
        }
    }

    private static void write(Path folder, Bundle bundle) throws IOException {
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(folder, FOLDER_OF_OWNER);
        }
        Path file = file(folder, bundle.component());
        Path beside = file.resolveSibling(file.getFileName() + TEMPORARY);
        Files.deleteIfExists(beside);
        try (FileChannel channel =
                FileChannel.open(
                        beside,
                        Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE),
                        FILE_OF_OWNER)) {
            ByteBuffer left =
                    ByteBuffer.wrap(
                            (bundle.json().toJson() + "\n").getBytes(StandardCharsets.UTF_8));
            while (left.hasRemaining()) {
                channel.write(left);
            }
        }
        Files.move(
                beside, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    }

    /** A path has no plus sign, so no two components have the same file. */
    private static Path file(Path folder, ComponentId component) {
        return folder.resolve(component.path().replace('/', '+') + SUFFIX);
    }

    Optional<Bundle> of(ComponentId component) {
        lock.lock();
        try {
            return Optional.ofNullable(kept.get(component));
        } finally {
            lock.unlock();
        }
    }

    /** When each component was looked at. */
    Map<ComponentId, Instant> times() {
        lock.lock();
        try {
            Map<ComponentId, Instant> times = new LinkedHashMap<>();
            kept.forEach((component, bundle) -> times.put(component, bundle.at()));
            return times;
        } finally {
            lock.unlock();
        }
    }
}
