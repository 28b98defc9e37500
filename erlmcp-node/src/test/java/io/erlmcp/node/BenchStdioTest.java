package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code bench -- COMMAND} against a node on the standard streams of a child. */
@Requirement("transport.stdio")
class BenchStdioTest {
    private static String[] bench(List<String> child, String... options) {
        List<String> all =
                new ArrayList<>(
                        List.of("bench", "--json", "--warmup", "500ms", "--duration", "1500ms"));
        all.addAll(Arrays.asList(options));
        all.add("--");
        all.addAll(child);
        return all.toArray(String[]::new);
    }

    private static List<String> node() {
        List<String> command = new ArrayList<>(NodeProcess.command());
        command.addAll(List.of("serve", "--stdio", "--log-level", "error"));
        return command;
    }

    @ParameterizedTest
    @CsvSource({
        "modern,tools/call,1",
        "modern,tools/call,8",
        "modern,tools/list,8",
        "legacy,tools/call,8"
    })
    void everyAnswerIsRight(String era, String method, String pipeline) throws Exception {
        try (NodeProcess process =
                NodeProcess.start(
                        bench(node(), "--era", era, "--method", method, "--pipeline", pipeline))) {
            String out = process.out();
            assertThat(process.exitCode()).as(process.err()).isZero();
            JsonObject report = Json.parseObject(out);
            assertThat(report.requireString("era")).isEqualTo(era);
            assertThat(report.requireInteger("answers")).isPositive();
            assertThat(report.requireInteger("wrong")).isZero();
            assertThat(report.requireInteger("errors")).isZero();
            assertThat(report.has("serverCpuMicros")).isTrue();
        }
    }

    @Test
    void aChildThatEndsFailsTheRun() throws Exception {
        List<String> child = new ArrayList<>(NodeProcess.command());
        child.add("--version");
        try (NodeProcess process = NodeProcess.start(bench(child))) {
            assertThat(process.exitCode()).as(process.out()).isEqualTo(1);
            assertThat(process.err()).contains("erlmcp: ");
        }
    }
}
