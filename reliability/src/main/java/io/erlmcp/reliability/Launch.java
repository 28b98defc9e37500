package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/**
 * How the node under test is started: a program that serves the fixture of {@code conformance/}.
 *
 * @param command the program and its first arguments
 */
record Launch(List<String> command) {
    Launch {
        command = List.copyOf(command);
    }

    /** So that a node with another configuration than the fixture's finds the fixture's tools. */
    static final Map<String, String> WITH_FIXTURE =
            Map.of("ERLMCP_LAUNCH", "conformance io.erlmcp.node.Main");

    /** The first start may build the whole repository. */
    private static final Duration START_LIMIT = Duration.ofMinutes(6);

    /** The plain node with another configuration instead of the fixture's. */
    Launch withConfig(Path file) {
        int at = command.indexOf("--config");
        List<String> words = new ArrayList<>();
        if (at < 0) {
            words.add(command.getFirst().replaceFirst("conformance/server$", "erlmcp"));
            words.add("serve");
        } else {
            words.addAll(command.subList(0, at));
            words.addAll(command.subList(at + 2, command.size()));
        }
        words.addAll(List.of("--config", file.toString()));
        return new Launch(words);
    }

    /** The same program, started by another one that becomes it. */
    Launch under(String... prefix) {
        List<String> whole = new ArrayList<>(List.of(prefix));
        whole.addAll(command);
        return new Launch(whole);
    }

    NodeProcess start(String... arguments) throws IOException, InterruptedException {
        return start(Map.of(), arguments);
    }

    /** Starts a node and waits until it is ready. */
    NodeProcess start(Map<String, String> environment, String... arguments)
            throws IOException, InterruptedException {
        List<String> whole = new ArrayList<>(command);
        whole.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(whole);
        forgetOurSettings(builder);
        builder.environment().putAll(environment);
        if (!environment.containsKey("ERLMCP_DATA_DIR")) {
            // a halt outlives the node: that of one run must not stand in another
            Path state = Files.createTempDirectory(States.FOLDER.path(), "node");
            builder.environment().put("XDG_STATE_HOME", state.toString());
        }
        NodeProcess node = new NodeProcess(builder.start());
        try {
            node.awaitReady(START_LIMIT);
        } catch (IOException | InterruptedException e) {
            node.close();
            throw e;
        }
        return node;
    }

    /** What nodes keep that were not told where. */
    private static final class States {
        static final Folder FOLDER = make();

        private static Folder make() {
            try {
                return new Folder("states");
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Deletes what all nodes kept that were not told where. */
    static void deleteStates() throws IOException {
        States.FOLDER.close();
    }

    /** Settings of whoever started this program must not leak into what it starts. */
    static void forgetOurSettings(ProcessBuilder builder) {
        builder.environment().keySet().removeIf(Launch::isOurs);
    }

    private static boolean isOurs(String variable) {
        return variable.startsWith("ERLMCP_") && !variable.equals("ERLMCP_JAVA_OPTS");
    }
}
