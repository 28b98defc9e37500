package io.erlmcp.repository;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Where the repository is, and which files belong to it. */
final class Repository {
    /** The folder of the root pom; the build passes it. */
    static final Path ROOT =
            Path.of(System.getProperty("repository.root", "..")).toAbsolutePath().normalize();

    /** The modules, in the order in which they are built. */
    static final List<String> MODULES =
            List.of(
                    "erlmcp-core",
                    "erlmcp-transports",
                    "erlmcp-store",
                    "erlmcp-testkit",
                    "erlmcp-node",
                    "examples",
                    "conformance",
                    "reliability");

    private static final Set<String> NOT_OURS =
            Set.of(
                    ".git",
                    ".jqwik-database",
                    "target",
                    ".build",
                    "node_modules",
                    ".idea",
                    ".vscode");

    private Repository() {}

    /**
     * Every file of a kind below a folder of the repository, sorted; what tools produce is left
     * out.
     */
    static List<Path> files(Path folder, String suffix) throws IOException {
        var found = new ArrayList<Path>();
        Files.walkFileTree(
                folder,
                new SimpleFileVisitor<>() {
                    @Override
                    public FileVisitResult preVisitDirectory(
                            Path dir, BasicFileAttributes attributes) {
                        return NOT_OURS.contains(dir.getFileName().toString())
                                ? FileVisitResult.SKIP_SUBTREE
                                : FileVisitResult.CONTINUE;
                    }

                    @Override
                    public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                        if (file.toString().endsWith(suffix)) {
                            found.add(file);
                        }
                        return FileVisitResult.CONTINUE;
                    }
                });
        found.sort(null);
        return found;
    }
}
