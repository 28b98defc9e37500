package io.erlmcp.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CommandsTest {
    private static NodeProcess node = NodeProcess.start("serve", "--port", "0");
    private static String url = "";

    private record Ended(int code, String out, String err) {}

    @BeforeAll
    static void awaitNode() {
        url = node.awaitReady().requireString("mcp");
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto", "legacy", "modern"})
    void listAsJsonIsOneDocument(String era) {
        Ended list = run("list", "--json", "--era", era, url);

        assertThat(list.code()).as(list.err()).isZero();
        JsonObject document = Json.parseObject(list.out());
        assertThat(document.keys())
                .containsExactly(
                        "server", "revision", "tools", "resources", "resourceTemplates", "prompts");
        assertThat(document.requireObject("server").requireString("name")).isEqualTo("erlmcp");
        assertThat(document.requireString("revision"))
                .isEqualTo(era.equals("legacy") ? "2025-11-25" : "2026-07-28");
        assertThat(document.requireArray("tools").size()).isEqualTo(5);
        assertThat(list.err()).isEmpty();
    }

    @Test
    void listForPeopleHasATableForEachKind() {
        assertThat(run("list", url).out())
                .contains(
                        "Tools\n",
                        "  add        Adds two numbers",
                        "Resources\n",
                        "Prompts\n",
                        "  explain topic");
    }

    @Test
    void callReadsArgumentsByTheSchemaAndAnswersStructured() {
        Ended call = run("call", "--json", url, "add", "a=1", "b=2.5");

        assertThat(call.code()).as(call.err()).isZero();
        assertThat(Json.parseObject(call.out()).requireObject("structuredContent"))
                .isEqualTo(JsonObject.of("sum", 3.5));
        assertThat(run("call", url, "add", "a=1", "b=2").out()).isEqualTo("{\n  \"sum\": 3\n}\n");
        assertThat(run("call", "--args", "{\"text\":\"hi\"}", url, "echo").out()).isEqualTo("hi\n");
    }

    @Test
    void progressIsOnStandardErrorOnly() {
        Ended call = run("call", url, "countdown", "from=2", "pause_ms=0");

        assertThat(call.out()).isEqualTo("Counted down from 2\n");
        assertThat(call.err()).contains("progress 1/2 1 left");
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "modern"})
    @Requirement("proto.elicitation")
    void questionsAreAnsweredFromTheCommandLine(String era) {
        Ended call = run("call", "--era", era, "--answers", "{\"name\":\"Ada\"}", url, "greet");

        assertThat(call.out()).as(call.err()).isEqualTo("Hello, Ada!\n");
    }

    @ParameterizedTest
    @ValueSource(strings = {"legacy", "modern"})
    void questionsAreAnsweredFromPipedLines(String era) throws Exception {
        try (NodeProcess call =
                NodeProcess.start("call", "--era", era, "--answers", "-", url, "greet")) {
            try (var to = call.process().outputWriter()) {
                to.write("\nGrace\n3\n");
            }

            assertThat(call.out()).as(call.err()).isEqualTo("Hej, Grace!\n");
            assertThat(call.exitCode()).isZero();
            assertThat(call.err())
                    .contains("Whom shall I greet?", "name is required", "Your name (text): ");
        }
    }

    @Test
    void withoutAnybodyToAskTheQuestionIsDeclined() {
        Ended call = run("call", url, "greet");

        assertThat(call.out()).isEqualTo("Then not.\n");
        assertThat(call.err()).contains("declined, there is nobody to ask");
    }

    @Test
    void resourcesAndPromptsCanBeReadToo() {
        assertThat(run("read", url, "erlmcp://hello/Erlang").out()).isEqualTo("Hello in Erlang\n");
        assertThat(run("prompt", url, "explain", "topic=stars").out())
                .startsWith("user: Explain stars");
    }

    @Test
    @Requirement("transport.stdio")
    void aStdioServerIsATargetToo() {
        List<String> words = new ArrayList<>(List.of("call", "echo", "text=over stdio", "--"));
        words.addAll(NodeProcess.command());
        words.addAll(List.of("serve", "--stdio"));
        assertThat(run(words.toArray(String[]::new)).out()).isEqualTo("over stdio\n");

        List<String> behind = new ArrayList<>(List.of("call", "--era", "legacy", "--"));
        behind.addAll(NodeProcess.command());
        behind.addAll(List.of("serve", "--stdio", "--", "echo", "text=behind"));
        assertThat(run(behind.toArray(String[]::new)).out()).isEqualTo("behind\n");
    }

    @Test
    void failuresAndUsageHaveTheirExitCodes() {
        Ended failed = run("call", "--json", url, "add", "--args", "{\"a\":1}");
        assertThat(failed.code()).isEqualTo(1);
        assertThat(Json.parseObject(failed.out()).requireBool("isError")).isTrue();

        Ended unknown = run("call", url, "ecko", "text=1");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err()).contains("the server has no tool ecko; did you mean echo?");

        assertThat(run("call", url, "add", "a=x", "b=1").code()).isEqualTo(2);
        assertThat(run("list").code()).isEqualTo(2);
        assertThat(run("list", "nonsense").code()).isEqualTo(2);
        assertThat(run("nonsense").code()).isEqualTo(2);
        assertThat(run("list", "--timeout", "2s", "http://127.0.0.1:1/mcp").code()).isEqualTo(1);
        assertThat(run("read", url, "erlmcp://nothing").code()).isEqualTo(1);
    }

    @Test
    void helpShowsAnExampleForEveryCommand() {
        for (String command : List.of("serve", "list", "call", "read", "prompt", "config")) {
            Ended help = run(command, "--help");
            assertThat(help.code()).isZero();
            assertThat(help.out()).as(command).contains("Example").contains("erlmcp " + command);
        }
        assertThat(run("--version").out()).startsWith("erlmcp ");
    }

    @Test
    @Requirement("chaos.suites")
    void chaosNamesItsScenariosAndRefusesOthers() {
        Ended list = run("chaos", "--list", "breaker", "crash-once");
        assertThat(list.code()).as(list.err()).isZero();
        assertThat(list.out().lines())
                .hasSize(5)
                .anyMatch(it -> it.matches("component-crash +crash-once +kill -9 .*"))
                .filteredOn(it -> it.startsWith("breaker "))
                .hasSize(4);
        assertThat(run("chaos", "--list", "--json").out()).startsWith("[{\"suite\":");

        Ended unknown = run("chaos", "meteorite");
        assertThat(unknown.code()).isEqualTo(2);
        assertThat(unknown.err())
                .contains("no scenario \"meteorite\"", "component-crash", "chaos --list");
        assertThat(run("chaos", "--seed", "x").code()).isEqualTo(2);
        assertThat(run("chaos", "--plant", "other").code()).isEqualTo(2);
        assertThat(run("chaos", "--help").out()).contains("Example", "erlmcp chaos breaker");
    }

    @Test
    void configCheckPrintsWhatHoldsAndSchemaIsJson() {
        Ended check = run("config", "check");
        assertThat(check.code()).isZero();
        assertThat(check.out()).contains("http:\n", "  port: 8080\n");
        assertThat(Json.parseObject(run("config", "schema").out()).has("properties")).isTrue();
        assertThat(run("config", "check", "/no/such/file.yaml").code()).isEqualTo(2);
    }

    private static Ended run(String... arguments) {
        try (NodeProcess process = NodeProcess.start(arguments)) {
            process.process().outputWriter().close();
            String out = process.out();
            return new Ended(process.exitCode(), out, process.err());
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
