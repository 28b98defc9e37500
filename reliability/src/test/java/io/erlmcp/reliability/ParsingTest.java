package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Sizes, names, ids, frames and errors, as a peer meets them that means no good. */
@Requirement("security.parsing")
class ParsingTest {
    private static final int MAX_BYTES = 16 << 20;

    private static NodeProcess node;

    @BeforeAll
    static void startNode() throws Exception {
        node = Fixture.launch().start("--stdio", "--port", "0", "--admin-port", "0");
    }

    @AfterAll
    static void stopNode() {
        node.close();
    }

    private static String head(String... lines) {
        return "POST /mcp HTTP/1.1\r\nHost: "
                + node.mcp().getAuthority()
                + "\r\nContent-Type: application/json\r\n"
                + String.join("\r\n", lines)
                + "\r\n\r\n";
    }

    @Test
    void aBodyThatSaysItIsTooLongIsRefusedBeforeItComes() throws IOException {
        String head = head("Content-Length: " + (MAX_BYTES + 1));
        assertThat(Served.raw(node.mcp(), head).status()).isEqualTo(413);
    }

    @Test
    void chunksThatGrowTooLongAreRefusedWhileTheyCome() throws IOException {
        byte[] chunk =
                ("100000\r\n" + " ".repeat(1 << 20) + "\r\n").getBytes(StandardCharsets.US_ASCII);
        try (RawHttp connection = Served.connect(node)) {
            connection.send(head("Transfer-Encoding: chunked").getBytes(StandardCharsets.US_ASCII));
            for (int i = 0; i < 16; i++) {
                connection.send(chunk);
            }
            connection.send(Arrays.copyOf(chunk, 100));
            assertThat(connection.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void aSmallBodyThatUnpacksToALongOneIsRefused() throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            byte[] blanks = new byte[1 << 20];
            Arrays.fill(blanks, (byte) ' ');
            for (int i = 0; i < 40; i++) {
                gzip.write(blanks);
            }
        }
        try (RawHttp connection = Served.connect(node)) {
            connection.send(
                    head("Content-Encoding: gzip", "Content-Length: " + packed.size())
                            .getBytes(StandardCharsets.US_ASCII));
            connection.send(packed.toByteArray());
            assertThat(connection.answer().status()).isEqualTo(413);
        }
    }

    @Test
    void aLineThatIsTooLongIsRefusedAndTheNextIsRead() throws IOException {
        OutputStream in = node.in();
        byte[] blanks = new byte[1 << 20];
        Arrays.fill(blanks, (byte) ' ');
        for (int i = 0; i < 17; i++) {
            in.write(blanks);
        }
        in.write(
                "\n{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}\n"
                        .getBytes(StandardCharsets.US_ASCII));
        in.flush();
        BufferedReader out =
                new BufferedReader(new InputStreamReader(node.out(), StandardCharsets.UTF_8));
        JsonObject refused = Json.parseObject(out.readLine());
        assertThat(refused.requireObject("error").requireInteger("code")).isEqualTo(-32700);
        assertThat(refused.requireObject("error").requireString("message"))
                .contains("" + MAX_BYTES);
        assertThat(Json.parseObject(out.readLine()).has("result")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"JSONRPC\":\"2.0\",\"id\":1,\"method\":\"server/discover\"",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"Method\":\"server/discover\"",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method \":\"server/discover\"",
                "{\"jsonrpc\":\"2.0 \",\"id\":1,\"method\":\"server/discover\"",
                "{\"jsonrpc\":2.0,\"id\":1,\"method\":\"server/discover\"",
                "{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":[\"server/discover\"]"
            })
    void namesAndValuesOfTheEnvelopeAreMatchedExactly(String start) throws IOException {
        JsonObject valid = Rpc.modern(1, "server/discover", JsonObject.EMPTY);
        String params = ",\"params\":" + valid.requireObject("params").toJson() + "}";

        RawHttp.Answer refused = Served.post(node, start + params, RawHttp.modernHeaders(valid));

        assertThat(refused.status()).isEqualTo(400);
        assertThat(Served.code(refused)).isEqualTo(-32600);
    }

    @Test
    void namesOfMethodsToolsAndArgumentsAreMatchedExactly() throws IOException {
        assertThat(Served.code(Served.modern(node, Rpc.modern(1, "Tools/List", JsonObject.EMPTY))))
                .isEqualTo(-32601);
        JsonObject arguments = JsonObject.of("text", "a");
        assertThat(
                        Served.code(
                                Served.modern(
                                        node,
                                        Rpc.modern(1, "tools/call", Rpc.call("Echo", arguments)))))
                .isEqualTo(-32602);
        JsonObject other =
                Rpc.modern(1, "tools/call", Rpc.call("echo", JsonObject.of("Text", "a")));
        assertThat(Served.modern(node, other).text()).contains("\"isError\":true");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "-1",
                "1",
                "\"1\"",
                "\"\"",
                "\"null\"",
                "9007199254740993",
                "9223372036854775807",
                "-9223372036854775808",
                "\"\\u00e9\\\"\\\\ \\u0000\""
            })
    void anIdComesBackAsItWas(String id) throws IOException {
        JsonObject request = Rpc.modern(Json.parse(id), "server/discover", JsonObject.EMPTY);
        JsonObject answer = Json.parseObject(Served.modern(node, request).body());
        assertThat(answer.get("id")).isEqualTo(Json.parse(id));
        assertThat(answer.has("result")).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Content-Length: 4\r\nTransfer-Encoding: chunked",
                "Transfer-Encoding: chunked\r\nContent-Length: 4",
                "Content-Length: 4\r\nContent-Length: 5",
                "Content-Length: 4, 4",
                "Content-Length: 0x4",
                "Transfer-Encoding: identity, chunked",
                "Transfer-Encoding:\u000bchunked",
                "Transfer-Encoding: chunked\r\n x: y"
            })
    void whatTwoServersMayReadInTwoWaysIsRefusedAndNothingBehindItIsRead(String framing)
            throws IOException {
        JsonObject call = Rpc.modern(1, "server/discover", JsonObject.EMPTY);
        String body = call.toJson();
        String hidden =
                RawHttp.postHead(node.mcp(), body.length(), RawHttp.modernHeaders(call)) + body;
        try (RawHttp connection = Served.connect(node)) {
            connection.send(
                    (head(framing) + "0\r\n\r\n" + hidden).getBytes(StandardCharsets.ISO_8859_1));
            assertThat(connection.answer().status()).isIn(400, 501);
            assertThatThrownBy(connection::answer)
                    .isInstanceOfAny(EOFException.class, SocketException.class);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"exception", "stack"})
    void aToolThatCrashesTellsNothingOfTheInside(String kind) throws IOException {
        JsonObject crash =
                Rpc.modern(1, "tools/call", Rpc.call("crash", JsonObject.of("kind", kind)));
        assertDiscreet(Served.modern(node, crash).text());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"name\":\"no such tool\"}",
                "{\"name\":\"sleep\",\"arguments\":{\"ms\":\"x\"}}",
                "{\"name\":\"sleep\",\"arguments\":{\"ms\":99999999999999999999}}",
                "{\"name\":\"upstream\",\"arguments\":{\"url\":\"file:///etc/passwd\"}}",
                "{\"name\":\"upstream\",\"arguments\":{\"url\":\"http://127.0.0.1:1/\"}}",
                "{\"name\":\"sleep\",\"arguments\":{\"ms\":{\"@class\":\"java.net.URL\"}}}"
            })
    void aCallThatIsRefusedTellsNothingOfTheInside(String params) throws IOException {
        JsonObject call = Rpc.modern(1, "tools/call", Json.parseObject(params));
        assertDiscreet(Served.modern(node, call).text().replace("java.net.URL", ""));
    }

    private static void assertDiscreet(String answer) {
        assertThat(answer)
                .contains("rror")
                .doesNotContain(
                        "io.erlmcp", "java.", "\\tat ", ".java", "StackOverflow", "IllegalState")
                .doesNotContain(
                        "told to fail",
                        System.getProperty("user.dir"),
                        System.getProperty("java.home"));
    }
}
