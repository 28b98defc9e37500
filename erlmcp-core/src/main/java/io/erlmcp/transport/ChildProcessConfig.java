package io.erlmcp.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a server is run as a child process.
 *
 * @param command the program and its arguments
 * @param environment variables on top of those inherited
 * @param directory the working directory, or null for the parent's
 * @param maxMessageBytes the longest line that the server may write
 * @param maxQueuedBytes how much may wait for a server that does not read its input
 * @param maxErrorLineBytes how much of a line of the server's standard error is passed on
 * @param onErrorLine hears each line of the server's standard error, on the thread that reads it
 * @param stopGrace how long the server has to leave after its input ended, and again after it was
 *     asked to terminate
 * @param inherited names of the parent's variables that it gets; null for all
 * @param contained whether it and whatever it starts are ended with its end, and at the latest with
 *     this process, even a killed one; needs {@code setsid} and a POSIX shell
 * @param nice by how much it lets others go first, 0 to {@value #MAX_NICE}; one that is not
 *     contained takes its parent's turn, and has 0
 * @param sessionNice the same of its session alone at its start, where that is more: while it runs
 *     it can be changed in {@code /proc/PID/autogroup}, down as well, by its user. Counts where the
 *     kernel divides processor time by session
 */
public record ChildProcessConfig(
        List<String> command,
        Map<String, String> environment,
        @Nullable Path directory,
        int maxMessageBytes,
        int maxQueuedBytes,
        int maxErrorLineBytes,
        Consumer<String> onErrorLine,
        Duration stopGrace,
        @Nullable Set<String> inherited,
        boolean contained,
        int nice,
        int sessionNice) {
    /** Lets all others go first. */
    public static final int MAX_NICE = 19;

    public ChildProcessConfig {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
        inherited = inherited == null ? null : Set.copyOf(inherited);
        if (command.isEmpty()) {
            throw new IllegalArgumentException("command must name a program");
        }
        if (maxMessageBytes <= 0 || maxQueuedBytes <= 0 || maxErrorLineBytes <= 0) {
            throw new IllegalArgumentException(
                    "limits must be positive: maxMessageBytes "
                            + maxMessageBytes
                            + ", maxQueuedBytes "
                            + maxQueuedBytes
                            + ", maxErrorLineBytes "
                            + maxErrorLineBytes);
        }
        if (stopGrace.isNegative()) {
            throw new IllegalArgumentException("stopGrace must not be negative: " + stopGrace);
        }
        requireNice("nice", nice, contained);
        requireNice("sessionNice", sessionNice, contained);
    }

    private static void requireNice(String name, int by, boolean contained) {
        if (by < 0 || by > MAX_NICE) {
            throw new IllegalArgumentException(
                    name + " must be 0 to " + MAX_NICE + ", and is " + by);
        }
        if (by > 0 && !contained) {
            throw new IllegalArgumentException(name + " needs a contained child, and is " + by);
        }
    }

    /** Messages up to 16 MB, 32 MB waiting, standard error ignored, 2 s to stop. */
    public static ChildProcessConfig of(String... command) {
        return of(List.of(command));
    }

    /** As {@link #of(String...)}. */
    public static ChildProcessConfig of(List<String> command) {
        return new ChildProcessConfig(
                command,
                Map.of(),
                null,
                16 * 1024 * 1024,
                32 * 1024 * 1024,
                8 * 1024,
                line -> {},
                Duration.ofSeconds(2),
                null,
                false,
                0,
                0);
    }

    public ChildProcessConfig withEnvironment(Map<String, String> variables) {
        return with(draft -> draft.environment = variables);
    }

    /** Keeps all variables of the parent from it but these. */
    public ChildProcessConfig withInherited(Set<String> names) {
        return with(draft -> draft.inherited = names);
    }

    public ChildProcessConfig withDirectory(Path folder) {
        return with(draft -> draft.directory = folder);
    }

    public ChildProcessConfig withMaxMessageBytes(int bytes) {
        return with(draft -> draft.maxMessageBytes = bytes);
    }

    public ChildProcessConfig withErrorLines(Consumer<String> listener) {
        return with(draft -> draft.onErrorLine = listener);
    }

    public ChildProcessConfig withStopGrace(Duration grace) {
        return with(draft -> draft.stopGrace = grace);
    }

    /** Lets nothing that it starts outlive it, and nothing of it this process. */
    public ChildProcessConfig withContainment() {
        return with(draft -> draft.contained = true);
    }

    /** Has a contained child, and what it starts, let others go first: 0 to {@value #MAX_NICE}. */
    public ChildProcessConfig withNice(int by) {
        return with(draft -> draft.nice = by);
    }

    /**
     * Has the session of a contained child let other sessions go first from its start, where that
     * is by more than {@link #nice}: 0 to {@value #MAX_NICE}.
     */
    public ChildProcessConfig withSessionNice(int by) {
        return with(draft -> draft.sessionNice = by);
    }

    private ChildProcessConfig with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.config();
    }

    /** A configuration while one of its parts is being changed. */
    private static final class Draft {
        private final ChildProcessConfig before;
        private Map<String, String> environment;
        private @Nullable Path directory;
        private int maxMessageBytes;
        private Consumer<String> onErrorLine;
        private Duration stopGrace;
        private @Nullable Set<String> inherited;
        private boolean contained;
        private int nice;
        private int sessionNice;

        Draft(ChildProcessConfig config) {
            before = config;
            environment = config.environment;
            directory = config.directory;
            maxMessageBytes = config.maxMessageBytes;
            onErrorLine = config.onErrorLine;
            stopGrace = config.stopGrace;
            inherited = config.inherited;
            contained = config.contained;
            nice = config.nice;
            sessionNice = config.sessionNice;
        }

        ChildProcessConfig config() {
            return new ChildProcessConfig(
                    before.command,
                    environment,
                    directory,
                    maxMessageBytes,
                    before.maxQueuedBytes,
                    before.maxErrorLineBytes,
                    onErrorLine,
                    stopGrace,
                    inherited,
                    contained,
                    nice,
                    sessionNice);
        }
    }
}
