package io.erlmcp.repository;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The compiled classes of all modules, read from the folders that this build wrote. */
final class Classes {
    private static final String BUILD_FOLDER = System.getProperty("build.folder", "target");

    private static final JavaClasses PRODUCTION = read(Repository.MODULES, "classes");

    private Classes() {}

    /** What is shipped or run, without tests. */
    static JavaClasses production() {
        return PRODUCTION;
    }

    static JavaClasses production(String module) {
        return read(List.of(module), "classes");
    }

    static JavaClasses tests() {
        return read(Repository.MODULES, "test-classes");
    }

    private static JavaClasses read(List<String> modules, String kind) {
        var folders =
                modules.stream()
                        .map(
                                module ->
                                        Repository.ROOT
                                                .resolve(module)
                                                .resolve(BUILD_FOLDER)
                                                .resolve(kind))
                        .filter(Files::isDirectory)
                        .toArray(Path[]::new);
        return new ClassFileImporter().importPaths(folders);
    }
}
