package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIGTERM for nodes in which something does not end. */
class StopWithTroubleTest {
    private static final Duration PATIENCE = Duration.ofSeconds(NodeProcess.PATIENCE_SECONDS);

    @TempDir Path folder;

    private NodeProcess start(Map<String, String> environment, String yaml) throws IOException {
        Path config = Files.writeString(folder.resolve("erlmcp.yaml"), yaml);
        return NodeProcess.start(
                environment, "serve", "--port", "0", "--config", config.toString());
    }

    /** With two processors three loops hold all carriers that there are without the guardian. */
    @Test
    @Requirement("R26")
    void aNodeWhoseToolsLoopStopsInOrderAndAtOnce() throws Exception {
        try (NodeProcess node =
                start(
                        Map.of("JAVA_TOOL_OPTIONS", "-XX:ActiveProcessorCount=2"),
                        """
                        server: {call_timeout: 1s}
                        plugins: [io.erlmcp.chaos.TroubleTools]
                        """)) {
            try (McpClient client = CordFixture.client(node.awaitReady())) {
                for (int i = 0; i < 3; i++) {
                    client.start("spin", JsonObject.EMPTY);
                }
                await().atMost(PATIENCE)
                        .until(() -> node.err().contains("tools/spin is halted_fatal (runaway)"));

                node.terminate();

                long asked = System.nanoTime();
                assertThat(node.exitCode()).as(node.err()).isZero();
                assertThat(System.nanoTime() - asked).isLessThan(20_000_000_000L);
                assertThat(node.err())
                        .contains("node is stopped")
                        .doesNotContain("what is left is cut");
            }
        }
    }

    /** A node of which nothing is left but a stop that never comes to its end. */
    static final class Stuck {
        private static final CountDownLatch NEVER = new CountDownLatch(1);

        private Stuck() {}

        public static void main(String[] arguments) throws Exception {
            new Shutdown(Stuck::rest, Duration.ofMillis(100)).arm();
            Files.createFile(Path.of(arguments[0]));
            NEVER.await();
        }

        private static void rest() {
            try {
                NEVER.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Test
    void aStopThatDoesNotComeToItsEndIsCutAndEndsWithZeroAllTheSame() throws Exception {
        Path armed = folder.resolve("armed");
        List<String> command = new ArrayList<>(NodeProcess.command());
        command.set(command.size() - 1, Stuck.class.getName());
        command.add(armed.toString());
        Process process = new ProcessBuilder(command).inheritIO().start();
        try {
            await().atMost(PATIENCE).until(() -> Files.exists(armed));

            process.toHandle().destroy();

            assertThat(process.waitFor(NodeProcess.PATIENCE_SECONDS, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).isZero();
        } finally {
            process.destroyForcibly();
        }
    }
}
