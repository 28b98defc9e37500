package io.erlmcp.reliability;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;

/** A folder for one run, removed afterwards. */
final class Folder implements AutoCloseable {
    private final Path path;

    Folder(String name) throws IOException {
        path = Files.createTempDirectory("erlmcp-" + name);
    }

    Path path() {
        return path;
    }

    /** The settings of a node that keeps its sessions here. */
    Map<String, String> diskBackend() {
        return Map.of(
                "ERLMCP_SESSIONS_BACKEND",
                "disk",
                "ERLMCP_DATA_DIR",
                path.resolve("data").toString());
    }

    /** Where such a node keeps them. */
    Path store() {
        return path.resolve("data").resolve("store");
    }

    static void copy(Path from, Path to) throws IOException {
        try (Stream<Path> all = Files.walk(from)) {
            for (Path each : all.toList()) {
                Files.copy(
                        each,
                        to.resolve(from.relativize(each).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES);
            }
        }
    }

    static void delete(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }

    @Override
    public void close() throws IOException {
        delete(path);
    }
}
