package io.erlmcp.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** The processor time of a process, as Linux counts it. */
final class ProcessorTime {
    /** Ticks of {@code /proc/PID/stat}; 100 a second on every Linux that runs a JVM. */
    private static final long MILLIS_PER_TICK = 10;

    private static final int USER = 11;

    private ProcessorTime() {}

    /** Measures what a process uses between two moments. */
    static final class Clock {
        private final long pid;
        private Optional<Duration> before = Optional.empty();
        private Optional<Duration> used = Optional.empty();

        Clock(long pid) {
            this.pid = pid;
        }

        void start() {
            before = of(pid);
        }

        void stop() {
            used = before.flatMap(start -> of(pid).map(end -> end.minus(start)));
        }

        /** What it used in between; empty where it cannot be known. */
        Optional<Duration> used() {
            return used;
        }
    }

    /** User and system time so far; empty where it cannot be known. */
    static Optional<Duration> of(long pid) {
        if (pid <= 0) {
            return Optional.empty();
        }
        try {
            String stat = Files.readString(Path.of("/proc", Long.toString(pid), "stat"));
            return Optional.of(read(stat));
        } catch (IOException | IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** The name of the process stands in brackets and may hold anything. */
    static Duration read(String stat) {
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        if (fields.length < USER + 2) {
            throw new IllegalArgumentException("stat has " + fields.length + " fields");
        }
        long ticks = Long.parseLong(fields[USER]) + Long.parseLong(fields[USER + 1]);
        return Duration.ofMillis(ticks * MILLIS_PER_TICK);
    }
}
