package io.erlmcp.guardian;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The memory of the control group (version 2) that this process is in, where that has a limit: what
 * the kernel counts when it looks for somebody to kill, children of the node included. Files stay
 * open, so that they can be read when there is no descriptor left.
 */
final class ControlGroup implements AutoCloseable {
    private static final int STAT_BYTES = 8192;
    private static final String RECLAIMABLE = "inactive_file ";

    private final long limitBytes;
    private final RandomAccessFile current;
    private final RandomAccessFile stat;
    private final byte[] buffer = new byte[STAT_BYTES];

    private ControlGroup(long limitBytes, RandomAccessFile current, RandomAccessFile stat) {
        this.limitBytes = limitBytes;
        this.current = current;
        this.stat = stat;
    }

    /** That of this process; null where none limits its memory. */
    static @Nullable ControlGroup ofThisProcess() {
        return find(Path.of("/proc/self/cgroup"), Path.of("/sys/fs/cgroup"));
    }

    /**
     * The group with the least limit, of the one that {@code self} names and those above it.
     *
     * @param root where the groups are
     */
    static @Nullable ControlGroup find(Path self, Path root) {
        Path least = null;
        long limit = Long.MAX_VALUE;
        Path group = own(self, root);
        while (group != null && group.startsWith(root)) {
            long max = number(group.resolve("memory.max"));
            if (max > 0 && max < limit) {
                limit = max;
                least = group;
            }
            group = group.getParent();
        }
        return least == null ? null : open(least, limit);
    }

    private static @Nullable Path own(Path self, Path root) {
        try {
            for (String line : Files.readAllLines(self)) {
                if (line.startsWith("0::/")) {
                    // a path from outside of the container leads nowhere here: its root counts
                    Path named = root.resolve(line.substring(4)).normalize();
                    return Files.isDirectory(named) ? named : root;
                }
            }
        } catch (IOException noGroups) {
            return null; // this kernel has none
        }
        return null;
    }

    private static @Nullable ControlGroup open(Path group, long limit) {
        try {
            RandomAccessFile current =
                    new RandomAccessFile(group.resolve("memory.current").toFile(), "r");
            try {
                return new ControlGroup(
                        limit,
                        current,
                        new RandomAccessFile(group.resolve("memory.stat").toFile(), "r"));
            } catch (IOException e) {
                current.close();
                throw e;
            }
        } catch (IOException e) {
            return null; // the kernel does not say what is used: there is nothing to measure
        }
    }

    private static long number(Path file) {
        try {
            return number(Files.readString(file));
        } catch (IOException e) {
            return 0; // the topmost group has no such file
        }
    }

    /** 0 for {@code max}, which is none. */
    private static long number(String text) {
        String word = text.strip();
        return word.matches("[0-9]{1,18}") ? Long.parseLong(word) : 0;
    }

    /** What is used of the limit, without what the kernel can have back at once. */
    Reading memory() {
        try {
            long used = number(read(current));
            long reclaimable = 0;
            for (String line : read(stat).lines().toList()) {
                if (line.startsWith(RECLAIMABLE)) {
                    reclaimable = number(line.substring(RECLAIMABLE.length()));
                }
            }
            return Reading.of("container memory", Math.max(0, used - reclaimable), limitBytes);
        } catch (IOException e) {
            return Reading.of("container memory", 0); // the other measures go on
        }
    }

    private String read(RandomAccessFile file) throws IOException {
        file.seek(0);
        int read = file.read(buffer);
        return new String(buffer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
    }

    @Override
    public void close() {
        try (stat) {
            current.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
