package io.erlmcp.transport;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * How a server is run as a child process.
 *
 * @param command the program and its arguments
 * @param environment variables on top of the parent's
 * @param directory the working directory, or null for the parent's
 * @param maxMessageBytes the longest line that the server may write
 * @param maxQueuedBytes how much may wait for a server that does not read its input
 * @param maxErrorLineBytes how much of a line of the server's standard error is passed on
 * @param onErrorLine hears each line of the server's standard error, on the thread that reads it
 * @param stopGrace how long the server has to leave after its input ended, and again after it was
 *     asked to terminate
 */
public record ChildProcessConfig(
        List<String> command,
        Map<String, String> environment,
        @Nullable Path directory,
        int maxMessageBytes,
        int maxQueuedBytes,
        int maxErrorLineBytes,
        Consumer<String> onErrorLine,
        Duration stopGrace) {
    public ChildProcessConfig {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
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
                Duration.ofSeconds(2));
    }

    public ChildProcessConfig withEnvironment(Map<String, String> variables) {
        return new ChildProcessConfig(
                command,
                variables,
                directory,
                maxMessageBytes,
                maxQueuedBytes,
                maxErrorLineBytes,
                onErrorLine,
                stopGrace);
    }

    public ChildProcessConfig withDirectory(Path folder) {
        return new ChildProcessConfig(
                command,
                environment,
                folder,
                maxMessageBytes,
                maxQueuedBytes,
                maxErrorLineBytes,
                onErrorLine,
                stopGrace);
    }

    public ChildProcessConfig withMaxMessageBytes(int bytes) {
        return new ChildProcessConfig(
                command,
                environment,
                directory,
                bytes,
                maxQueuedBytes,
                maxErrorLineBytes,
                onErrorLine,
                stopGrace);
    }

    public ChildProcessConfig withErrorLines(Consumer<String> listener) {
        return new ChildProcessConfig(
                command,
                environment,
                directory,
                maxMessageBytes,
                maxQueuedBytes,
                maxErrorLineBytes,
                listener,
                stopGrace);
    }

    public ChildProcessConfig withStopGrace(Duration grace) {
        return new ChildProcessConfig(
                command,
                environment,
                directory,
                maxMessageBytes,
                maxQueuedBytes,
                maxErrorLineBytes,
                onErrorLine,
                grace);
    }
}
