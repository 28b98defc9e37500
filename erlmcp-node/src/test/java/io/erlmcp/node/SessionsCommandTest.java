package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.node.CordFixture.Ran;
import io.erlmcp.testing.Requirement;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What operators do with the sessions of a running node. */
@Requirement("session.manager")
class SessionsCommandTest {
    private static NodeProcess node =
            NodeProcess.start("serve", "--port", "0", "--admin-port", "0");
    private static String mcp = "";
    private static String admin = "";

    @BeforeAll
    static void awaitNode() {
        JsonObject ready = node.awaitReady();
        mcp = ready.requireString("mcp");
        admin = ready.requireString("admin");
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    private static HttpResponse<String> post(String session, String body) throws Exception {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(mcp))
                        .header("Content-Type", "application/json")
                        .header("Accept", "application/json, text/event-stream")
                        .POST(HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')));
        if (!session.isEmpty()) {
            request.header("Mcp-Session-Id", session);
        }
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
        }
    }

    private static String open(String name) throws Exception {
        return post(
                        "",
                        "{'jsonrpc':'2.0','id':0,'method':'initialize','params':{"
                                + "'protocolVersion':'2025-11-25','capabilities':{},"
                                + "'clientInfo':{'name':'"
                                + name
                                + "','version':'1'}}}")
                .headers()
                .firstValue("Mcp-Session-Id")
                .orElseThrow();
    }

    private static int ping(String session) throws Exception {
        return post(session, "{'jsonrpc':'2.0','id':1,'method':'ping'}").statusCode();
    }

    private static Ran sessions(String... words) {
        List<String> all = new ArrayList<>(List.of("sessions"));
        all.addAll(List.of(words));
        all.addAll(List.of("--admin", admin));
        return run(all.toArray(String[]::new));
    }

    /** The handle of the session of that client. */
    private static String handle(String client) {
        JsonArray all = sessions("list", "--json").json().requireArray("sessions");
        return all.values().stream()
                .map(JsonObject.class::cast)
                .filter(it -> it.string("client").orElse("").startsWith(client))
                .findFirst()
                .orElseThrow()
                .requireString("handle");
    }

    @Test
    void aSessionIsShownByItsHandleForPeopleAndForMachines() throws Exception {
        String id = open("shown");
        String handle = handle("shown");
        assertThat(handle).matches("[0-9a-f]{12}");
        JsonObject shown = sessions("show", handle, "--json").json();
        assertThat(shown.requireString("handle")).isEqualTo(handle);
        assertThat(shown.requireString("revision")).isEqualTo("2025-11-25");
        assertThat(shown.bool("live")).contains(true);
        Ran text = sessions("show", handle);
        assertThat(text.code()).isZero();
        assertThat(text.out()).contains("handle", handle, "revision", "2025-11-25", "shown");
        assertThat(text.out() + shown.toJson()).doesNotContain(id);
    }

    @Test
    void aSessionThatIsDroppedIsGoneAndTheOthersStay() throws Exception {
        String dropped = open("dropped");
        String kept = open("kept");
        String handle = handle("dropped");
        Ran drop = sessions("drop", handle);
        assertThat(drop.code()).isZero();
        assertThat(drop.out()).isEqualTo("dropped " + handle + "\n");
        assertThat(ping(dropped)).isEqualTo(404);
        assertThat(ping(kept)).isEqualTo(200);
        assertThat(sessions("show", handle).code()).isEqualTo(1);
        assertThat(sessions("drop", handle).code()).isEqualTo(1);
        Ran json = sessions("drop", handle("kept"), "--who", "Ada & Co.", "--json");
        assertThat(json.json().requireString("dropped")).matches("[0-9a-f]{12}");
        assertThat(ping(kept)).isEqualTo(404);
        assertThat(run("receipts", "export", "--admin", admin).out())
                .contains(
                        "\"who\":\""
                                + System.getProperty("user.name")
                                + "\","
                                + "\"action\":\"sessions.drop\"",
                        "\"who\":\"Ada & Co.\",\"action\":\"sessions.drop\"");
    }

    @Test
    void whatIsNoHandleIsWrongUsageAndANodeThatIsNotThereAFailure() {
        assertThat(sessions("show", "nonsense").code()).isEqualTo(2);
        assertThat(sessions("drop", "ABCDEF012345").code()).isEqualTo(2);
        assertThat(sessions("show").code()).isEqualTo(2);
        assertThat(run("sessions", "show", "0123456789ab", "--admin", "http://127.0.0.1:1").code())
                .isEqualTo(1);
    }
}
