package io.erlmcp.upstream;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.LongStream;

/** What a child process and all that it started hold in memory, as the kernel says. */
final class ChildMemory {
    private static final long PAGE_KILOBYTES = 1024;

    private ChildMemory() {}

    /** Bytes resident; pages that processes share count for each of them. 0 when it is gone. */
    static long bytes(long pid) {
        return ProcessHandle.of(pid)
                .map(
                        child ->
                                LongStream.concat(
                                                LongStream.of(pid),
                                                child.descendants().mapToLong(ProcessHandle::pid))
                                        .map(ChildMemory::resident)
                                        .sum())
                .orElse(0L);
    }

    private static long resident(long pid) {
        try {
            for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
                if (line.startsWith("VmRSS:")) {
                    String kilobytes = line.substring("VmRSS:".length()).strip().split(" ", 2)[0];
                    return Long.parseLong(kilobytes) * PAGE_KILOBYTES;
                }
            }
            return 0; // it has ended, and nobody has taken notice of that yet
        } catch (IOException e) {
            return 0; // it has ended
        }
    }
}
