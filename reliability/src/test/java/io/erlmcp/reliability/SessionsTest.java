package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions cannot be guessed, mixed up, or left behind by what failed. */
@Requirement("security.sessions")
class SessionsTest {
    private static final String SESSION = "Mcp-Session-Id: ";
    private static final String VERSION = "MCP-Protocol-Version: " + Rpc.LEGACY;

    private static NodeProcess node;

    @BeforeAll
    static void startNode() throws Exception {
        node = Fixture.launch().start("--port", "0");
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    private static String id(String... session) {
        return session[0].substring(SESSION.length());
    }

    @Test
    void idsHave128BitsAndNothingInCommon() throws IOException {
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            ids.add(id(Served.session(node)));
        }
        assertThat(ids).doesNotHaveDuplicates();
        // a character of a uniform alphabet of n is worth log2(n) bits; estimate n by what is seen
        double bits = 0;
        for (int at = 0; at < ids.getFirst().length(); at++) {
            Set<Character> seen = new HashSet<>();
            for (String id : ids) {
                seen.add(id.charAt(at));
            }
            bits += Math.log(seen.size()) / Math.log(2);
        }
        assertThat(bits).isGreaterThanOrEqualTo(128);
    }

    @Test
    void anIdThatWasNeverIssuedAndOneThatEndedAreTheSame404() throws IOException {
        String[] ended = Served.session(node);
        assertThat(list(ended).status()).isEqualTo(200);
        delete(ended);

        RawHttp.Answer gone = list(ended);
        RawHttp.Answer never = list(SESSION + "x".repeat(id(ended).length()), VERSION);
        RawHttp.Answer absurd = list(SESSION + "../../etc/passwd", VERSION);

        assertThat(gone.status()).isEqualTo(404);
        for (RawHttp.Answer other : List.of(never, absurd)) {
            assertThat(other.status()).isEqualTo(404);
            assertThat(other.text()).isEqualTo(gone.text());
            assertThat(other.head().headers().keySet()).isEqualTo(gone.head().headers().keySet());
        }
    }

    private static RawHttp.Answer list(String... session) throws IOException {
        return Served.post(node, Rpc.legacy(1, "tools/list", JsonObject.EMPTY).toJson(), session);
    }

    private static void delete(String... session) throws IOException {
        String request =
                "DELETE /mcp HTTP/1.1\r\nHost: "
                        + node.mcp().getAuthority()
                        + "\r\n"
                        + String.join("\r\n", session)
                        + "\r\n\r\n";
        assertThat(Served.raw(node.mcp(), request).status()).isEqualTo(204);
    }

    @Test
    void twoIdsAtOnceAreNoSession() throws IOException {
        String[] first = Served.session(node);
        String[] second = Served.session(node);
        assertThat(list(first[0], second[0], VERSION).status()).isEqualTo(400);
    }

    @Test
    void eventsOfAnotherSessionAreNotReplayed() throws IOException {
        String[] owner = Served.session(node);
        String[] thief = Served.session(node);
        String event = lastEventOf(owner);

        RawHttp.Answer resumed = resume(event, owner);
        RawHttp.Answer stolen = resume(event, thief);

        assertThat(resumed.status()).isEqualTo(200);
        assertThat(stolen.status()).isEqualTo(400);
        assertThat(stolen.text()).doesNotContain("emitted");
    }

    /** The id of the first event with content of a call that streams. */
    private static String lastEventOf(String... session) throws IOException {
        JsonObject params =
                Rpc.call("emit", JsonObject.of("n", 2, "bytes", 10))
                        .with("_meta", JsonObject.of("progressToken", "t"));
        try (RawHttp connection = Served.connect(node)) {
            connection.post(Rpc.bytes(Rpc.legacy(7, "tools/call", params)), session);
            RawHttp.Answer answer = connection.answer();
            assertThat(answer.head().isStream()).isTrue();
            String first =
                    answer.text()
                            .lines()
                            .filter(line -> line.startsWith("id:"))
                            .findFirst()
                            .orElseThrow();
            return first.substring(3).strip();
        }
    }

    private static RawHttp.Answer resume(String event, String... session) throws IOException {
        String request =
                "GET /mcp HTTP/1.1\r\nHost: "
                        + node.mcp().getAuthority()
                        + "\r\nAccept: text/event-stream\r\nLast-Event-ID: "
                        + event
                        + "\r\n"
                        + String.join("\r\n", session)
                        + "\r\n\r\n";
        return Served.raw(node.mcp(), request);
    }

    @Test
    void callsWithTheSameIdNeverCross() throws Exception {
        List<Callable<String>> calls = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            String text = "text of " + i;
            calls.add(i % 2 == 0 ? () -> modern(text) : () -> legacy(text));
        }
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> answers = threads.invokeAll(calls);
            for (int i = 0; i < answers.size(); i++) {
                assertThat(answers.get(i).get()).isEqualTo("text of " + i);
            }
        }
    }

    private static String modern(String text) throws IOException {
        return text(Served.modern(node, Rpc.modern(1, "tools/call", echo(text))));
    }

    private static String legacy(String text) throws IOException {
        String[] session = Served.session(node);
        return text(Served.post(node, Rpc.legacy(1, "tools/call", echo(text)).toJson(), session));
    }

    private static JsonObject echo(String text) {
        return Rpc.call("echo_blocking", JsonObject.of("text", text));
    }

    private static String text(RawHttp.Answer answer) {
        return String.valueOf(Rpc.text(Json.parseObject(answer.body()), JsonNumber.of(1)));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":1,"
                    + "\"capabilities\":{},\"clientInfo\":{\"name\":\"a\",\"version\":\"1\"}}}",
                "{\"jsonrpc\":\"2.0\",\"method\":\"initialize\",\"params\":{}}",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{",
                "[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{}}]"
            })
    void aHandshakeThatFailsLeavesNoSession(String body) throws IOException {
        long before = Served.figure(node, "sessions");

        RawHttp.Answer refused = Served.post(node, body);

        assertThat(refused.head().headers()).doesNotContainKey("mcp-session-id");
        assertThat(refused.text()).doesNotContain("\"result\"");
        assertThat(Served.figure(node, "sessions")).isEqualTo(before);
        await().atMost(Served.PATIENCE)
                .untilAsserted(() -> assertThat(Served.figure(node, "in_flight")).isZero());
    }
}
