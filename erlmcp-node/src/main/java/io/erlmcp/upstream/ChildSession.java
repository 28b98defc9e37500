package io.erlmcp.upstream;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * What the kernel says of a child and of its session, and how it is told whose turn comes first.
 * Linux divides processor time by session where {@code sched_autogroup_enabled} says so; the number
 * of a session goes up and down without rights, unlike that of a process.
 */
final class ChildSession {
    private static final Path PROC = Path.of("/proc");
    private static final Path GROUPS = Path.of("/sys/fs/cgroup");

    /** Of the words of {@code /proc/PID/stat} that come after the name. */
    private static final int SESSION = 3;

    private static final int FIRST_TICKS = 11;

    /** Of itself, then of those of its own children that it has seen end: user, system, of each. */
    private static final int KINDS_OF_TICKS = 4;

    /** What programs are told, whatever the kernel counts in. */
    private static final long NANOS_PER_TICK = TimeUnit.MILLISECONDS.toNanos(10);

    private ChildSession() {}

    /**
     * Whether numbers of sessions count at all: not where processor time is divided by control
     * group, as in most containers.
     */
    static boolean areNumbersHeeded() {
        return read(PROC.resolve("sys/kernel/sched_autogroup_enabled")).equals("1")
                && read(PROC.resolve("self/cgroup")).lines().noneMatch(ChildSession::divides);
    }

    /** Of {@code ID:CONTROLLERS:PATH}: a group other than the first, with a share of its own. */
    private static boolean divides(String group) {
        String[] words = group.split(":", 3);
        if (words.length < 3) {
            return false;
        }
        if (!words[1].isEmpty()) {
            return List.of(words[1].split(",", -1)).contains("cpu") && !words[2].equals("/");
        }
        return Files.exists(GROUPS.resolve(words[2].substring(1)).resolve("cpu.weight"));
    }

    /** The number of the session of {@code pid}; empty when that has ended, or never had one. */
    static Optional<Integer> nice(long pid) {
        String text = read(session(pid));
        int at = text.lastIndexOf(' ');
        return at < 0 ? Optional.empty() : Optional.of(Integer.parseInt(text.substring(at + 1)));
    }

    /**
     * Has the session that {@code pid} leads let others go first by {@code nice}, 0 to 19. False
     * when the kernel did not take it now: of processes without rights it takes ten in a second.
     */
    static boolean makeNice(long pid, int nice) {
        String[] words = stat(pid);
        if (words == null || !words[SESSION].equals(Long.toString(pid))) {
            return false; // it has ended, or still shares ours
        }
        try {
            byte[] number = Integer.toString(nice).getBytes(StandardCharsets.US_ASCII);
            Files.write(session(pid), number, StandardOpenOption.WRITE);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    /** Processor time that {@code pid} took so far, by the kernel's ticks; 0 when it has ended. */
    static long processorNanos(long pid) {
        String[] words = stat(pid);
        if (words == null) {
            return 0;
        }
        long ticks = 0;
        for (int i = 0; i < KINDS_OF_TICKS; i++) {
            ticks += Long.parseLong(words[FIRST_TICKS + i]);
        }
        return ticks * NANOS_PER_TICK;
    }

    private static String @Nullable [] stat(long pid) {
        String text = read(PROC.resolve(pid + "/stat"));
        int name = text.lastIndexOf(") ");
        return name < 0 ? null : text.substring(name + 2).split(" ", -1);
    }

    private static Path session(long pid) {
        return PROC.resolve(pid + "/autogroup");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file, StandardCharsets.ISO_8859_1).strip();
        } catch (IOException e) {
            return ""; // no such process, or no such kernel
        }
    }
}
