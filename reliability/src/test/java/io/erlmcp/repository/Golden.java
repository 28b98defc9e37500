package io.erlmcp.repository;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file of the repository that a test compares with what it finds, and writes when asked to. */
final class Golden {
    private static final boolean UPDATE = "update".equals(System.getProperty("golden"));

    private static final int MAX_LINES = 40;

    private Golden() {}

    /** Compares, or writes under {@code -Dgolden=update}. */
    static void check(Path file, String found) throws IOException {
        if (UPDATE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, found);
        }
        compare(file, found);
    }

    /** Names the lines that differ rather than both texts, which may be long. */
    static void compare(Path file, String found) throws IOException {
        var golden = Files.exists(file) ? Files.readAllLines(file) : List.<String>of();
        var lines = found.lines().toList();
        assertThat(golden.equals(lines))
                .as(
                        "%s is out of date; accept this with -Dgolden=update and review the"
                                + " diff:%n%s%n%s",
                        file, difference("- ", golden, lines), difference("+ ", lines, golden))
                .isTrue();
    }

    private static String difference(String sign, List<String> these, List<String> others) {
        var rest = new ArrayList<>(these);
        others.forEach(rest::remove);
        return rest.stream().limit(MAX_LINES).map(line -> sign + line).collect(joining("\n"));
    }
}
