package io.erlmcp.repository;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file of the repository that a test compares with what it finds, and writes when asked to. */
final class Golden {
    private static final boolean UPDATE = "update".equals(System.getProperty("golden"));

    private Golden() {}

    /** Compares, or writes under {@code -Dgolden=update}. */
    static void check(Path file, String found) throws IOException {
        if (UPDATE) {
            Files.createDirectories(file.getParent());
            Files.writeString(file, found);
        }
        compare(file, found);
    }

    static void compare(Path file, String found) throws IOException {
        assertThat(Files.exists(file) ? Files.readString(file) : "")
                .as("%s; accept what changed with -Dgolden=update and review the diff", file)
                .isEqualTo(found);
    }
}
