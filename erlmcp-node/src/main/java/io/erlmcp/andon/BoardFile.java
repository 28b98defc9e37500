package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The board in its file, with the newest change beside it, so that its receipt can be written after
 * a crash.
 *
 * <p>Not for several threads: {@link Andon} calls it in turn.
 */
final class BoardFile {
    private static final String NAME = "halts.json";
    private static final int SCHEMA = 1;

    private final WholeFile file;
    private final Time time;
    private final Observer observer;
    private boolean isDamaged;
    private boolean isBehind;

    BoardFile(Path folder, Disk disk, Time time, Observer observer) {
        this.file = new WholeFile(folder.resolve(NAME), SCHEMA, disk);
        this.time = time;
        this.observer = observer;
    }

    /**
     * What was kept.
     *
     * @param change what the receipt of the newest change says; null for none
     */
    record Kept(Board board, @Nullable JsonObject change) {}

    /** Makes the folder, and the file of a board on which nothing ever stopped. */
    void prepare(Path data, Disk disk) throws IOException {
        Path folder = data.resolve(Andon.FOLDER);
        if (!Files.exists(folder)) {
            Files.createDirectories(folder);
            disk.syncFolder(data);
        }
        file.removeLeftover();
        if (isEmpty(folder)) {
            // a file that is missing later was taken away
            file.write(content(Board.EMPTY, null));
        }
    }

    private static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> all = Files.list(folder)) {
            return all.findAny().isEmpty();
        }
    }

    /**
     * @throws IOException when it cannot be read, is not what was written, or is missing
     */
    Kept read() throws IOException {
        try {
            JsonObject content = file.read().orElse(null);
            if (content == null) {
                throw new IOException(file.path() + ": is missing");
            }
            return new Kept(
                    BoardCodec.board(content.requireObject("board")),
                    content.object("change").orElse(null));
        } catch (IOException | RuntimeException e) {
            isDamaged = true;
            throw new IOException(e.getMessage(), e);
        }
    }

    /** Whether the disk has less than was acted on. */
    boolean isBehind() {
        return isBehind;
    }

    /** Null when it is on the disk; else why it is not. */
    @Nullable String keep(Board next, AndonStep.@Nullable Outcome change) {
        try {
            if (isDamaged && Files.exists(file.path())) {
                file.setAside(Long.toString(time.now().toEpochMilli()));
            }
            file.write(content(next, change));
            isDamaged = false;
            isBehind = false;
            return null;
        } catch (IOException e) {
            isBehind = true;
            observer.on(new AndonEvent.NotKept("the halt state", e.toString()));
            return e.toString();
        }
    }

    private static JsonObject content(Board board, AndonStep.@Nullable Outcome change) {
        return JsonObject.builder()
                .put("board", BoardCodec.json(board))
                .putIfPresent(
                        "change",
                        change == null ? null : AndonReceipts.draft(change, board.revision()))
                .build();
    }
}
