package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.feature.CompletionSpec;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.protocol.Completion;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No code of a prompt or a resource runs that the gate does not let run, suggestions included. */
@Requirement("andon.halt-state")
class GatedCompletionsTest {
    private static final String INITIALIZE =
            "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{'protocolVersion':"
                    + "'2025-11-25','capabilities':{},'clientInfo':{'name':'p','version':'1'}}}";

    private final AtomicInteger runs = new AtomicInteger();
    private final McpServer server = server();

    private McpServer server() {
        CallGate gate =
                (method, name) ->
                        isHalted(method, name)
                                ? new Refusal(
                                        Refusal.Kind.HALTED,
                                        ComponentId.of("halted"),
                                        "it is halted",
                                        null,
                                        null)
                                : null;
        McpServer made = new Fixture().builder().gate(gate).build();
        for (String prompt : List.of("stopped", "running")) {
            made.completions().add(CompletionSpec.prompt(prompt, "name", (v, k, c) -> ran()));
        }
        for (String template : List.of("stopped:{id}", "running:{id}")) {
            made.completions().add(CompletionSpec.resource(template, "id", (v, k, c) -> ran()));
        }
        return made;
    }

    private static boolean isHalted(String method, @Nullable String name) {
        return (method.equals("prompts/get") && Objects.equals(name, "stopped"))
                || (method.equals("resources/read") && Objects.equals(name, "stopped:{id}"));
    }

    private Completion ran() {
        runs.incrementAndGet();
        return Completion.of(List.of("suggested"));
    }

    @AfterEach
    void close() {
        server.close();
    }

    private String complete(String ref, String argument) throws InterruptedException {
        ProbeHttp opened = ProbeHttp.post(INITIALIZE).to(server.endpoint()).answer();
        String session = Objects.requireNonNull(opened.responseHeader("Mcp-Session-Id"));
        return ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':1,'method':'completion/complete','params':{'ref':"
                                + ref
                                + ",'argument':{'name':'"
                                + argument
                                + "','value':'s'}}}")
                .with("Mcp-Session-Id", session)
                .to(server.endpoint())
                .answer()
                .responseBody;
    }

    @Test
    void whatIsHaltedSuggestsNothing() throws Exception {
        assertThat(complete("{'type':'ref/prompt','name':'stopped'}", "name"))
                .contains("-31002", "it is halted");
        assertThat(complete("{'type':'ref/resource','uri':'stopped:{id}'}", "id"))
                .contains("-31002", "it is halted");
        assertThat(runs).hasValue(0);
    }

    @Test
    void whatRunsDoes() throws Exception {
        assertThat(complete("{'type':'ref/prompt','name':'running'}", "name"))
                .contains("suggested");
        assertThat(complete("{'type':'ref/resource','uri':'running:{id}'}", "id"))
                .contains("suggested");
        assertThat(runs).hasValue(2);
    }
}
