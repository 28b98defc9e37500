package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** The andon cord in the data folder of a node that does not run, which is locked meanwhile. */
public final class AndonOffline {
    private AndonOffline() {}

    /** What is done with the cord. */
    @FunctionalInterface
    private interface Action {
        JsonObject run(Andon andon) throws IOException;
    }

    /** Halts; {@code ask} as for {@code POST /andon/halt}. */
    public static JsonObject halt(Path data, JsonObject ask) throws IOException {
        ComponentId component = component(ask.requireString("component"));
        return with(
                data,
                andon ->
                        status(
                                andon,
                                component,
                                andon.halt(
                                        component,
                                        HaltState.HALTED_MANUAL,
                                        ask.bool("incident").orElse(false)
                                                ? Category.INCIDENT
                                                : Category.MANUAL,
                                        ask.string("reason").orElse(""),
                                        ask.string("who").orElse("an operator"))));
    }

    /** Resumes; {@code ask} as for {@code POST /andon/resume}. */
    public static JsonObject resume(Path data, JsonObject ask) throws IOException {
        ComponentId component = component(ask.requireString("component"));
        Analysis analysis =
                new Analysis(
                        ask.string("cause").orElse(""),
                        ask.string("fix").orElse(""),
                        ask.string("prevention").orElse(""));
        return with(
                data,
                andon ->
                        status(
                                andon,
                                component,
                                andon.resume(
                                        component,
                                        analysis,
                                        ask.bool("force").orElse(false),
                                        ask.string("who").orElse("an operator"))));
    }

    /** Shows one component. */
    public static JsonObject status(Path data, String component) throws IOException {
        ComponentId id = component(component);
        return with(data, andon -> AndonAnswers.status(andon, id).build());
    }

    /** Shows the board. */
    public static JsonObject board(Path data) throws IOException {
        return with(data, andon -> AndonBoard.json(andon, Time.system().now()));
    }

    /** The kaizen report. */
    public static JsonObject report(Path data) throws IOException {
        return with(data, andon -> Kaizen.json(andon.board(), Time.system().now()));
    }

    /**
     * Writes the receipt of what an operator did to a node that does not run.
     *
     * @throws IOException when it is not written; a node that uses the folder is a reason
     */
    public static void receipt(
            Path data, String who, String action, ComponentId component, JsonObject details)
            throws IOException {
        with(
                data,
                andon -> {
                    if (!andon.receipts().isKeeping()) {
                        throw new IOException(data + ": its receipts cannot be written");
                    }
                    andon.receipts().write(who, action, component, details);
                    return JsonObject.EMPTY;
                });
    }

    private static JsonObject status(Andon andon, ComponentId component, Andon.Result result)
            throws IOException {
        AndonAnswers.Answer answer = AndonAnswers.of(component, result);
        if (!answer.error().isEmpty()) {
            throw new IOException(answer.error());
        }
        return AndonAnswers.status(andon, component)
                .put("outcome", answer.outcome())
                .put("kept", result.isKept())
                .build();
    }

    private static ComponentId component(String text) throws IOException {
        try {
            return Components.parse(text);
        } catch (IllegalArgumentException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    private static JsonObject with(Path data, Action action) throws IOException {
        if (!Files.isDirectory(data)) {
            throw new IOException(data + ": there is no such folder");
        }
        try (FileChannel channel =
                        FileChannel.open(
                                data.resolve("lock"),
                                StandardOpenOption.CREATE,
                                StandardOpenOption.WRITE);
                FileLock lock = lock(data, channel)) {
            if (!lock.isValid()) {
                throw new IOException(data + ": the lock was lost");
            }
            return action.run(
                    Andon.open(
                            data, AndonLimits.DEFAULTS, Disk.REAL, Time.system(), Observer.NONE));
        }
    }

    private static FileLock lock(Path data, FileChannel channel) throws IOException {
        FileLock lock;
        try {
            lock = channel.tryLock();
        } catch (OverlappingFileLockException e) {
            throw new IOException(data + ": a node uses it: leave out --data", e);
        }
        if (lock == null) {
            throw new IOException(data + ": a node uses it: leave out --data");
        }
        return lock;
    }
}
