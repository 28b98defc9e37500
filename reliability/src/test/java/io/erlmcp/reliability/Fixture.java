package io.erlmcp.reliability;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** How tests start a node: the classes of this build, without the launcher. */
final class Fixture {
    private Fixture() {}

    static Launch launch() {
        Path root = Path.of("").toAbsolutePath();
        while (!Files.exists(root.resolve("conformance/fixture.yaml"))) {
            root = root.getParent();
        }
        return plain("--config", root.resolve("conformance/fixture.yaml").toString());
    }

    static Launch plain(String... arguments) {
        String classPath =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path", ""));
        List<String> command =
                new ArrayList<>(
                        List.of(
                                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                                "-XX:TieredStopAtLevel=1",
                                "-XX:+UseSerialGC",
                                "-Xmx512m",
                                "--enable-native-access=ALL-UNNAMED",
                                "-Xlog:disable",
                                "-Xlog:all=warning:stderr",
                                "-cp",
                                classPath,
                                "io.erlmcp.node.Main",
                                "serve"));
        command.addAll(List.of(arguments));
        return new Launch(command);
    }
}
