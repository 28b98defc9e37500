package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.TaskSupport;
import io.erlmcp.server.McpServer;
import io.erlmcp.testing.Requirement;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Who may ask for a task over HTTP, and with what headers. */
@Requirement({"proto.tasks", "security.modern"})
class TasksOverHttpTest {
    private static final String TAKES_TASKS = "{'extensions':{'io.modelcontextprotocol/tasks':{}}}";

    private final CountDownLatch release = new CountDownLatch(1);
    private final McpServer server =
            McpServer.builder("tasks", "1.0")
                    .authenticator(Fixture.BY_NAME)
                    .add(
                            ToolSpec.of(
                                            "work",
                                            (arguments, call) -> {
                                                release.await();
                                                return CallToolResult.text("worked");
                                            })
                                    .taskSupport(TaskSupport.OPTIONAL))
                    .build();

    @AfterEach
    void close() {
        release.countDown();
        server.close();
    }

    private ProbeHttp send(String user, String method, String name, String members, String offers)
            throws InterruptedException {
        return ProbeHttp.post(
                        "{'jsonrpc':'2.0','id':1,'method':'"
                                + method
                                + "','params':{"
                                + members
                                + ",'_meta':{'io.modelcontextprotocol/protocolVersion':'2026-07-28',"
                                + "'io.modelcontextprotocol/clientCapabilities':"
                                + offers
                                + "}}}")
                .with("MCP-Protocol-Version", "2026-07-28")
                .with("Mcp-Method", method)
                .with("Mcp-Name", name)
                .as(user)
                .to(server.endpoint())
                .answer();
    }

    private String start(String user) throws InterruptedException {
        ProbeHttp answer = send(user, "tools/call", "work", "'name':'work'", TAKES_TASKS);
        JsonObject result = answer.json().requireObject("result");
        assertThat(result.requireString("resultType")).isEqualTo("task");
        return result.requireString("taskId");
    }

    private ProbeHttp about(String user, String method, String id, String offers)
            throws InterruptedException {
        String members = "'taskId':'" + id + "','inputResponses':{}";
        return send(user, method, id, members, offers);
    }

    @Test
    void aForeignTaskIsAsUnknownAsOneThatNeverWas() throws Exception {
        String id = start("ann");
        for (String method : List.of("tasks/get", "tasks/update", "tasks/cancel")) {
            JsonObject foreign = about("bob", method, id, TAKES_TASKS).json();
            JsonObject unknown = about("ann", method, "never", TAKES_TASKS).json();
            assertThat(foreign).as(method).isEqualTo(unknown);
            assertThat(foreign.requireObject("error").integer("code"))
                    .hasValue((long) ErrorCode.INVALID_PARAMS);
        }
        JsonObject own = about("ann", "tasks/get", id, TAKES_TASKS).json();
        assertThat(own.requireObject("result").requireString("status")).isEqualTo("working");
    }

    @Test
    void whoDoesNotTakeTasksMayNotAskForThem() throws Exception {
        String id = start("ann");
        for (String method : List.of("tasks/get", "tasks/update", "tasks/cancel")) {
            ProbeHttp answer = about("ann", method, id, "{}");
            assertThat(answer.status).as(method).isEqualTo(400);
            assertThat(answer.errorCode()).isEqualTo(ErrorCode.MISSING_CLIENT_CAPABILITY);
            assertThat(answer.json().requireObject("error").requireObject("data"))
                    .isEqualTo(
                            Json.parseObject(
                                    "{\"requiredCapabilities\":{\"extensions\":"
                                            + "{\"io.modelcontextprotocol/tasks\":{}}}}"));
        }
    }

    @Test
    void theNameInTheHeaderIsThatOfTheTask() throws Exception {
        String id = start("ann");
        ProbeHttp wrong =
                send("ann", "tasks/get", "other", "'taskId':'" + id + "'", TAKES_TASKS);
        assertThat(wrong.status).isEqualTo(400);
        assertThat(wrong.errorCode()).isEqualTo(ErrorCode.HEADER_MISMATCH);
    }
}
