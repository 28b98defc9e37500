package io.erlmcp.guardian;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the kernel tells of this process. The file of its memory stays open, so that it can be read
 * when there is no descriptor left.
 */
final class ProcessFiles implements AutoCloseable {
    private static final int STATUS_BYTES = 4096;
    private static final long UNKNOWN = -1;

    private final RandomAccessFile status;
    private final byte[] buffer = new byte[STATUS_BYTES];
    private final long maxThreads;

    private ProcessFiles(RandomAccessFile status, long maxThreads) {
        this.status = status;
        this.maxThreads = maxThreads;
    }

    static ProcessFiles open() throws IOException {
        return new ProcessFiles(new RandomAccessFile("/proc/self/status", "r"), limitOfThreads());
    }

    /** Bytes of memory that this process holds; -1 when the kernel does not say. */
    long residentBytes() {
        try {
            status.seek(0);
            int read = status.read(buffer);
            String text = new String(buffer, 0, Math.max(0, read), StandardCharsets.US_ASCII);
            int at = text.indexOf("VmRSS:");
            return at < 0 ? UNKNOWN : number(text.substring(at + 6)) * 1024;
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** How many threads the system allows; -1 when it does not say. */
    long maxThreads() {
        return maxThreads;
    }

    /**
     * The least of: what the kernel has room for, the user's limit, and that of the control group.
     */
    private static long limitOfThreads() {
        long limit = first(lines("/proc/sys/kernel/threads-max"));
        for (String line : lines("/proc/self/limits")) {
            if (line.startsWith("Max processes")) {
                limit = least(limit, number(line.substring("Max processes".length())));
            }
        }
        limit = least(limit, first(lines("/sys/fs/cgroup/pids.max")));
        for (String line : lines("/proc/self/cgroup")) {
            if (line.startsWith("0::")) {
                limit =
                        least(
                                limit,
                                first(lines("/sys/fs/cgroup" + line.substring(3) + "/pids.max")));
            }
        }
        return limit;
    }

    private static long least(long one, long other) {
        return one < 0 ? other : other < 0 ? one : Math.min(one, other);
    }

    private static long first(List<String> lines) {
        return lines.isEmpty() ? UNKNOWN : number(lines.getFirst());
    }

    /** The number at the beginning, or -1: {@code unlimited} and {@code max} are none. */
    private static long number(String text) {
        String word = text.strip().split("\\s+", 2)[0];
        return word.matches("[0-9]{1,18}") ? Long.parseLong(word) : UNKNOWN;
    }

    private static List<String> lines(String file) {
        try {
            return Files.readAllLines(Path.of(file));
        } catch (IOException e) {
            return List.of(); // this kernel has no such file
        }
    }

    @Override
    public void close() {
        try {
            status.close();
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
