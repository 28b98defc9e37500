package io.erlmcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.dispatch.CallLimits;
import io.erlmcp.feature.ToolHandler;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.server.McpServer;
import io.erlmcp.server.ServerLimits;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SchemaOracle;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every error code on the wire, with its HTTP status; and that none has no transcript. */
@Requirement({"proto.jsonrpc", "transport.http"})
class ErrorTranscriptTest {
    private static final JsonObject NONE = JsonObject.EMPTY;

    private final CountDownLatch never = new CountDownLatch(1);
    private final CountDownLatch running = new CountDownLatch(1);

    private McpServer server() {
        ServerLimits usual = ServerLimits.DEFAULTS;
        CallLimits oneCall =
                new CallLimits(1, 1, 0, Duration.ofSeconds(60), Duration.ofSeconds(60));
        return McpServer.builder("errors", "1.0")
                .limits(
                        new ServerLimits(
                                oneCall, usual.sessions(), usual.catalogs(), usual.stateLifetime()))
                .add(
                        ToolSpec.of("bug", (arguments, call) -> failing()),
                        ToolSpec.of("halted", refusing(ErrorCode.HALTED, "the tool is halted")),
                        ToolSpec.of(
                                "away",
                                refusing(ErrorCode.UPSTREAM_UNAVAILABLE, "upstream is away")),
                        ToolSpec.of("sign", (arguments, call) -> signIn()),
                        ToolSpec.of(
                                "ask",
                                (arguments, call) -> {
                                    call.sample("q", CreateMessage.of("What now?", 10));
                                    throw new IllegalStateException("asked");
                                }),
                        ToolSpec.of("late", (arguments, call) -> hanging())
                                .timeout(Duration.ofMillis(50)),
                        ToolSpec.of(
                                "hang",
                                (arguments, call) -> {
                                    running.countDown();
                                    return hanging();
                                }))
                .build();
    }

    private static CallToolResult failing() {
        throw new IllegalStateException("a secret");
    }

    private CallToolResult hanging() throws InterruptedException {
        never.await();
        throw new IllegalStateException("let go");
    }

    private static ToolHandler refusing(int code, String message) {
        return (arguments, call) -> {
            throw new McpException(code, message);
        };
    }

    /** As a tool of 2025-11-25 says that the user has to go to a page first. */
    private static CallToolResult signIn() {
        JsonObject page =
                JsonObject.of(
                        "mode",
                        "url",
                        "elicitationId",
                        "1",
                        "url",
                        "https://example.com/sign",
                        "message",
                        "Sign in there");
        throw new McpException(
                ErrorCode.LEGACY_URL_ELICITATION_REQUIRED,
                "Sign in first",
                JsonObject.of("elicitations", List.of(page)));
    }

    @Test
    void ofTheLegacyEra() throws Exception {
        McpServer server = server();
        try (RawConversation raw = new RawConversation(server)) {
            raw.handshake(Revision.R2025_11_25);
            refused(raw.post("{\"jsonrpc\":"), 400, -32700);
            refused(raw.post("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}"), 400, -32600);
            refused(raw.post(RawConversation.request(2, "tools/none", NONE).toJson()), 200, -32601);
            refused(raw.post(RawConversation.request(3, "tools/call", NONE).toJson()), 200, -32602);
            JsonObject nowhere = JsonObject.of("uri", "none://x");
            refused(
                    raw.post(RawConversation.request(4, "resources/read", nowhere).toJson()),
                    200,
                    -32002);
            refused(raw.post(RawConversation.call(5, "bug").toJson()), 200, -32603);
            refused(raw.post(RawConversation.call(6, "sign").toJson()), 200, -32042);
            refused(raw.post(RawConversation.call(7, "ask").toJson()), 200, -32600);
            refused(raw.post(RawConversation.call(8, "halted").toJson()), 503, -31002);
            refused(raw.post(RawConversation.call(9, "late").toJson()), 200, -31003);
            letGo(server);
            refused(raw.post(RawConversation.call(10, "away").toJson()), 503, -31005);
            atTheLimitAndAtTheEnd(
                    server,
                    () -> raw.post(RawConversation.call("last", "hang").toJson()),
                    () -> raw.post(RawConversation.call(11, "bug").toJson()));
            TranscriptCheck.allAnswersAreValid(raw.transcript(), Revision.R2025_11_25);
            raw.transcript().assertMatches(TranscriptCheck.golden("errors-legacy"));
            assertThat(faultsOfTheUrlError(raw)).isEmpty();
        }
    }

    private static List<String> faultsOfTheUrlError(RawConversation raw) {
        var error =
                raw.transcript().messages().stream()
                        .filter(it -> it.json().toJson().contains("-32042"))
                        .findFirst()
                        .orElseThrow();
        return SchemaOracle.of(Revision.R2025_11_25)
                .checkType("URLElicitationRequiredError", error.json());
    }

    @Test
    void ofTheModernEra() throws Exception {
        McpServer server = server();
        try (RawConversation raw = new RawConversation(server)) {
            refused(raw.post("{\"jsonrpc\":"), 400, -32700);
            refused(raw.post("{\"jsonrpc\":\"1.0\",\"id\":1,\"method\":\"ping\"}"), 400, -32600);
            refused(modern(raw, RawConversation.request(2, "tools/none", NONE)), 404, -32601);
            refused(
                    modern(
                            raw,
                            RawConversation.request(
                                    3, "resources/list", JsonObject.of("cursor", 1))),
                    200,
                    -32602);
            refused(modern(raw, RawConversation.call(5, "bug")), 200, -32603);
            JsonObject future =
                    RawConversation.modern("2099-01-01", RawConversation.call(6, "bug"));
            refused(raw.postModern(future), 400, -32022);
            refused(modern(raw, RawConversation.call(7, "ask")), 400, -32021);
            refused(modern(raw, RawConversation.call(8, "halted")), 503, -31002);
            refused(modern(raw, RawConversation.call(9, "late")), 200, -31003);
            letGo(server);
            refused(modern(raw, RawConversation.call(10, "away")), 503, -31005);
            refused(contradictory(raw), 400, -32020);
            atTheLimitAndAtTheEnd(
                    server,
                    () -> modern(raw, RawConversation.call("last", "hang")),
                    () -> modern(raw, RawConversation.call(11, "bug")));
            TranscriptCheck.allAnswersAreValid(raw.transcript(), Revision.R2026_07_28);
            raw.transcript().assertMatches(TranscriptCheck.golden("errors-modern"));
        }
    }

    private static HttpResponse<byte[]> modern(RawConversation raw, JsonObject request) {
        return raw.postModern(RawConversation.modern(Revision.R2026_07_28.text(), request));
    }

    private static HttpResponse<byte[]> contradictory(RawConversation raw) {
        JsonObject call =
                RawConversation.modern(
                        Revision.R2026_07_28.text(), RawConversation.call(12, "bug"));
        return raw.post(
                call.toJson(),
                "MCP-Protocol-Version",
                Revision.R2026_07_28.text(),
                "Mcp-Method",
                "tools/call",
                "Mcp-Name",
                "harmless");
    }

    /** A call that was answered for its time keeps its place until its thread is gone. */
    private static void letGo(McpServer server) {
        await().until(() -> server.inFlight() == 0);
    }

    private interface Exchange {
        HttpResponse<byte[]> run();
    }

    /** One call runs for ever, the next is one too many, and then the server stops. */
    private void atTheLimitAndAtTheEnd(McpServer server, Exchange last, Exchange tooMany)
            throws InterruptedException {
        List<HttpResponse<byte[]>> answers = new ArrayList<>();
        Thread caller = Thread.ofVirtual().start(() -> answers.add(last.run()));
        await().until(() -> running.getCount() == 0);
        HttpResponse<byte[]> refused = tooMany.run();
        refused(refused, 429, -31001);
        assertThat(refused.headers().firstValue("Retry-After")).contains("1");
        server.close();
        caller.join();
        refused(answers.getFirst(), 503, -31004);
    }

    private static void refused(HttpResponse<byte[]> answer, int status, int code) {
        JsonObject error = Json.parseObject(answer.body()).requireObject("error");
        assertThat(error.requireInteger("code")).as(error.toJson()).isEqualTo(code);
        assertThat(answer.statusCode()).as(error.toJson()).isEqualTo(status);
        assertThat(error.toJson()).doesNotContain("a secret").doesNotContain("Exception");
    }

    @Test
    void everyCodeHasATranscript() throws IOException, IllegalAccessException {
        StringBuilder all = new StringBuilder();
        try (Stream<Path> files = Files.list(TranscriptCheck.FOLDER)) {
            for (Path file : files.toList()) {
                all.append(Files.readString(file));
            }
        }
        List<String> missing = new ArrayList<>();
        for (Field code : ErrorCode.class.getFields()) {
            if (!all.toString().contains("\"code\":" + code.getInt(null) + ",")) {
                missing.add(code.getName());
            }
        }
        assertThat(missing).isEmpty();
    }
}
