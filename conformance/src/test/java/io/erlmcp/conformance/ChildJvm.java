package io.erlmcp.conformance;

import java.util.List;

/** The command line that runs a class of the test class path in a JVM of its own. */
final class ChildJvm {
    static final String JAVA = ProcessHandle.current().info().command().orElse("java");

    private ChildJvm() {}

    /** What follows the program. */
    static List<String> of(Class<?> main) {
        return List.of(
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                main.getName());
    }
}
