package io.erlmcp.reliability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What the kernel and the JDK's tools say of a process, from outside. */
final class ProcessFigures {
    private static final Pattern TOTAL = Pattern.compile("(?m)^Total +\\d+ +(\\d+)\\s*$");
    private static final int TICKS_PER_SECOND = 100;

    private final long pid;

    ProcessFigures(long pid) {
        this.pid = pid;
    }

    /** Processor time since its start. */
    Duration processorTime() throws IOException {
        String stat = Files.readString(Path.of("/proc/" + pid + "/stat"));
        // the name of the program may hold blanks, but it ends with the last bracket
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
        long ticks = Long.parseLong(fields[11]) + Long.parseLong(fields[12]);
        return Duration.ofMillis(ticks * 1000 / TICKS_PER_SECOND);
    }

    long residentBytes() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("VmRSS:")) {
                return 1024 * Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no VmRSS of process " + pid);
    }

    /**
     * Bytes of the objects that are reachable, counted in the pause of a collection: a node under
     * load makes garbage again before a second command could ask.
     */
    long liveHeapBytes() throws IOException, InterruptedException {
        Matcher total = TOTAL.matcher(jcmd("GC.class_histogram"));
        if (!total.find()) {
            throw new IOException("jcmd says nothing of the heap of process " + pid);
        }
        return Long.parseLong(total.group(1));
    }

    long threads() throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + pid + "/status"))) {
            if (line.startsWith("Threads:")) {
                return Long.parseLong(line.replaceAll("\\D", ""));
            }
        }
        throw new IOException("no threads of process " + pid);
    }

    long descriptors() throws IOException {
        try (Stream<Path> all = Files.list(Path.of("/proc/" + pid + "/fd"))) {
            return all.count();
        }
    }

    private String jcmd(String command) throws IOException, InterruptedException {
        Process jcmd =
                new ProcessBuilder(
                                List.of(
                                        Path.of(System.getProperty("java.home"), "bin", "jcmd")
                                                .toString(),
                                        Long.toString(pid),
                                        command))
                        .redirectErrorStream(true)
                        .start();
        String out = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (jcmd.waitFor() != 0) {
            throw new IOException("jcmd " + command + ": " + out);
        }
        return out;
    }
}
