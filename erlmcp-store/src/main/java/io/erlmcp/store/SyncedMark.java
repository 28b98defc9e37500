package io.erlmcp.store;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/**
 * How far the log is known to be synced, and how much of the engine's list of files is. They stand
 * in a file of their own, so that a log or a list whose end went missing, or became unreadable, is
 * told from one that was never longer. The file is not synced: after a power cut it may be older
 * than the store, never newer.
 *
 * <p>Process model: written by the committer alone.
 */
final class SyncedMark implements AutoCloseable {
    static final String FILE = "synced";

    /** Two places, written in turn; each is three numbers and their checksum. */
    private static final int BODY = 3 * Long.BYTES;

    private static final int PLACE = BODY + Long.BYTES;
    private static final String MANIFEST = "MANIFEST-";

    /**
     * What is noted.
     *
     * @param change the last change that is synced
     * @param manifest the number of the engine's list of files; -1 where there was none
     * @param length of that list
     */
    record Mark(long change, long manifest, long length) {
        static final Mark NONE = new Mark(0, -1, 0);

        /**
         * What is missing in {@code folder}, whose log ends at {@code last}; empty when nothing.
         */
        Optional<String> missing(Path folder, long last) throws IOException {
            if (last < change) {
                return Optional.of(
                        "its log ends at change "
                                + last
                                + ", but "
                                + change
                                + " were synced: "
                                + (change - last)
                                + " acknowledged changes are gone");
            }
            Path list =
                    folder.resolve(EngineFiles.DATABASE)
                            .resolve("%s%06d".formatted(MANIFEST, manifest));
            if (manifest >= 0 && Files.exists(list) && Files.size(list) < length) {
                return Optional.of(
                        list.getFileName()
                                + " has "
                                + Files.size(list)
                                + " bytes, but had "
                                + length
                                + ": files that it named are gone");
            }
            return Optional.empty();
        }
    }

    /** Makes what a file holds by now last. */
    @FunctionalInterface
    interface Forcing {
        void force(Path file) throws IOException;
    }

    private final Path folder;
    private final FileChannel channel;
    private final Forcing forcing;
    private final MappedByteBuffer places;
    private Mark known = Mark.NONE;
    private int next;

    private SyncedMark(Path folder, FileChannel channel, Forcing forcing) throws IOException {
        this.folder = folder;
        this.channel = channel;
        this.forcing = forcing;
        this.places = channel.map(FileChannel.MapMode.READ_WRITE, 0, 2L * PLACE);
    }

    static SyncedMark open(Path folder) throws IOException {
        return open(folder, SyncedMark::force);
    }

    private static void force(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    static SyncedMark open(Path folder, Forcing forcing) throws IOException {
        return new SyncedMark(
                folder,
                FileChannel.open(
                        folder.resolve(FILE),
                        StandardOpenOption.CREATE,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE),
                forcing);
    }

    /** Notes that everything up to {@code change} is synced. */
    void write(long change) {
        known = list(change);
        ByteBuffer body = ByteBuffer.allocate(BODY);
        body.putLong(change).putLong(known.manifest()).putLong(known.length());
        places.put(next * PLACE, body.array());
        places.putLong(next * PLACE + BODY, BinaryWriter.checksum(body.array(), BODY));
        next = 1 - next;
    }

    /**
     * The engine's list of files as it is now, made to last first: the engine may just be writing
     * to it, and after a power cut it must not be shorter than what is noted.
     */
    private Mark list(long change) {
        try {
            Path files = folder.resolve(EngineFiles.DATABASE);
            String name = Files.readString(files.resolve("CURRENT")).strip();
            long manifest = Long.parseLong(name.substring(MANIFEST.length()));
            long length = Files.size(files.resolve(name));
            if (manifest != known.manifest() || length != known.length()) {
                forcing.force(files.resolve(name));
            }
            return new Mark(change, manifest, length);
        } catch (IOException | RuntimeException unknown) {
            // It is being replaced, or the disk fails: what was noted before still holds.
            return new Mark(change, known.manifest(), known.length());
        }
    }

    /** The newest mark; {@link Mark#NONE} where nothing is known. */
    static Mark read(Path folder) throws IOException {
        Path file = folder.resolve(FILE);
        if (!Files.exists(file)) {
            return Mark.NONE;
        }
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file));
        Mark newest = Mark.NONE;
        for (int place = 0; place + PLACE <= bytes.limit(); place += PLACE) {
            byte[] body = new byte[BODY];
            bytes.get(place, body);
            if (bytes.getLong(place + BODY) == BinaryWriter.checksum(body, BODY)) {
                ByteBuffer of = ByteBuffer.wrap(body);
                newest = newer(newest, new Mark(of.getLong(), of.getLong(), of.getLong()));
            }
        }
        return newest;
    }

    private static Mark newer(Mark one, Mark other) {
        boolean isNewer =
                other.change() != one.change()
                        ? other.change() > one.change()
                        : other.manifest() != one.manifest()
                                ? other.manifest() > one.manifest()
                                : other.length() > one.length();
        return isNewer ? other : one;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
