package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.util.Random;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Requests that two readers could understand differently get an error and a closed connection. */
@Requirement({"transport.http", "R17", "security.parsing"})
class HttpFramingTest {
    private static final int MALFORMED = Integer.getInteger("malformed", 500);

    /** In the table: %0d is a byte, ^ is CR LF, ~ is LF alone. */
    private static final Pattern HEX = Pattern.compile("%([0-9a-f]{2})");

    private static final String REQUESTS =
            """
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length: 1^Transfer-Encoding: chunked^^0^^
            400|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: chunked^Content-Length: 1^^0^^
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length: 1^Content-Length: 2^^xx
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length: 1^Content-Length: 1^^x
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length: 1, 1^^x
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length: +1^^x
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length: -1^^x
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length: 0x1^^x
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length:^^x
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length: 1 1^^x
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length: 9999999999999999^^x
            400|POST /echo HTTP/1.1^Host: localhost^Content-Length : 1^^x
            501|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: gzip, chunked^^0^^
            501|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: identity^^0^^
            501|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: xchunked^^0^^
            400|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: chunked^Transfer-Encoding: chunked^^0^^
            400|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: %0bchunked^^0^^
            400|POST /echo HTTP/1.0^Transfer-Encoding: chunked^^0^^
            400|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: chunked^^-1^^
            400|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: chunked^^0x1^x^0^^
            400|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: chunked^^ 1^x^0^^
            400|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: chunked^^000000001^x^0^^
            400|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: chunked^^1^xy^0^^
            400|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: chunked^^1~x^0^^
            400|POST /echo HTTP/1.1^Host: localhost^Transfer-Encoding: chunked^^0^ T: 1^^
            400|POST /echo HTTP/1.1~Host: localhost~~
            400|POST /echo HTTP/1.1^Host: localhost~^
            400|POST /echo HTTP/1.1^Host: localhost^X: a^ folded^^
            400|POST /echo HTTP/1.1^ Host: localhost^^
            400|POST /echo HTTP/1.1^Host: localhost^X: a%00b^^
            400|POST /echo HTTP/1.1^Host: localhost^X: a%0db^^
            400|POST /echo HTTP/1.1^Host: localhost^X y: a^^
            400|POST /echo HTTP/1.1^Host: localhost^: a^^
            400|POST /echo HTTP/1.1^Host: localhost^nocolon^^
            400|POST /echo HTTP/1.1^^
            400|POST /echo HTTP/1.1^Host: localhost^Host: localhost^^
            400|POST /echo HTTP/1.1^Host: localhost^Origin: http://localhost^Origin: http://evil.example^^
            400|POST  /echo HTTP/1.1^Host: localhost^^
            400|POST /echo  HTTP/1.1^Host: localhost^^
            400|POST /echo HTTP/1.1 ^Host: localhost^^
            400|POST%09/echo HTTP/1.1^Host: localhost^^
            400|POST /ec%7fho HTTP/1.1^Host: localhost^^
            400|POST /echo#x HTTP/1.1^Host: localhost^^
            400|POST /echo^^
            400|POST /echo http/1.1^Host: localhost^^
            505|POST /echo HTTP/2.0^Host: localhost^^
            505|POST /echo HTTP/1.2^Host: localhost^^
            400|PRI * HTTP/2^^SM^^
            400|%16%03%01%02^^
            400|OPTIONS * HTTP/1.1^Host: localhost^^
            405|CONNECT localhost:80 HTTP/1.1^Host: localhost^^
            405|TRACE /echo HTTP/1.1^Host: localhost^^
            404|GET / HTTP/1.1^Host: localhost^^
            404|GET /echo/ HTTP/1.1^Host: localhost^^
            404|GET /ECHO HTTP/1.1^Host: localhost^^
            404|GET /x/../echo HTTP/1.1^Host: localhost^^
            404|GET http://localhost HTTP/1.1^Host: localhost^^
            200|GET http://localhost/echo HTTP/1.1^Host: localhost^^
            403|GET http://evil.example/echo HTTP/1.1^Host: localhost^^
            200|^POST /echo HTTP/1.1^Host: localhost^^
            400|^^POST /echo HTTP/1.1^Host: localhost^^
            200|POST /echo HTTP/1.1^Host: localhost^Upgrade: websocket^Connection: upgrade^^
            """;

    static Stream<Arguments> eachGetsItsStatus() {
        return REQUESTS.lines()
                .map(row -> Arguments.of(Integer.parseInt(row.substring(0, 3)), row.substring(4)));
    }

    @ParameterizedTest
    @MethodSource
    void eachGetsItsStatus(int status, String shorthand) throws Exception {
        try (var server = TestServer.start()) {
            String request =
                    HEX.matcher(shorthand.replace("^", "\r\n").replace("~", "\n"))
                            .replaceAll(
                                    code ->
                                            String.valueOf(
                                                    (char) Integer.parseInt(code.group(1), 16)));
            var answer = server.ask(request);
            assertThat(answer.status()).isEqualTo(status);
            if (status != 200) {
                assertThat(answer.header("content-type")).isEqualTo("application/json");
                assertThat(answer.text()).startsWith("{\"error\": \"").endsWith("\"}");
            }
        }
    }

    @Test
    void nothingBehindARefusedMessageIsTakenForARequest() throws Exception {
        try (var server = TestServer.start();
                var client = server.connect()) {
            client.send(
                    "POST /echo HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "Content-Length: 4\r\n"
                            + "Transfer-Encoding: chunked\r\n\r\n"
                            + "0\r\n\r\n"
                            + TestServer.post("/echo", "smuggled"));
            assertThat(client.answer().status()).isEqualTo(400);
            assertThat(client.rest()).isEmpty();
        }
    }

    @Test
    void aRefusedRequestWithoutABodyLeavesTheConnectionInOrder() throws Exception {
        try (var server = TestServer.start();
                var client = server.connect()) {
            client.send(
                    "GET /nowhere HTTP/1.1\r\nHost: localhost\r\n\r\n"
                            + TestServer.post("/echo", "next"));
            assertThat(client.answer().status()).isEqualTo(404);
            assertThat(client.answer().text()).isEqualTo("next");
        }
    }

    @Test
    void malformedRequestsGetAnErrorOrAClosedConnectionAndNothingElse() throws Exception {
        long seed = Long.getLong("seed", 42);
        Random random = new Random(seed);
        try (var server = TestServer.start()) {
            for (int i = 0; i < MALFORMED; i++) {
                byte[] request = broken(random);
                try (var client = server.connect()) {
                    client.sendQuietly(request);
                    client.endOutput();
                    String answers = client.rest();
                    assertThat(answers)
                            .as(
                                    "seed %d request %d: %s",
                                    seed, i, Ascii.quoted(request, 0, request.length))
                            .matches(text -> text.isEmpty() || text.startsWith("HTTP/1.1 "));
                }
            }
            assertThat(server.heard(HttpEvent.HandlerFailed.class)).isEmpty();
            assertThat(server.ask(TestServer.post("/echo", "alive")).text()).isEqualTo("alive");
        }
    }

    /** A good request with a few bytes changed, removed, doubled or inserted. */
    private static byte[] broken(Random random) {
        String[] good = {
            TestServer.post("/echo", "{\"a\":1}", "Content-Encoding: gzip\r\n"),
            "POST /echo HTTP/1.1\r\n"
                    + "Host: localhost\r\n"
                    + "Transfer-Encoding: chunked\r\n\r\n"
                    + "3;a=b\r\n"
                    + "abc\r\n"
                    + "0\r\n"
                    + "T: 1\r\n\r\n",
            "OPTIONS /echo HTTP/1.1\r\nHost: localhost:1\r\nOrigin: http://localhost\r\n"
                    + "Access-Control-Request-Method: POST\r\n\r\n",
            TestServer.post("/echo", "x", "Expect: 100-continue\r\nConnection: close\r\n"),
        };
        StringBuilder text = new StringBuilder(good[random.nextInt(good.length)]);
        String spice = "\r\n :;,\t\0\u007f\u00ff0aZ/?#[]";
        for (int changes = 1 + random.nextInt(4); changes > 0; changes--) {
            int at = random.nextInt(text.length());
            char c =
                    random.nextInt(4) == 0
                            ? (char) random.nextInt(256)
                            : spice.charAt(random.nextInt(spice.length()));
            switch (random.nextInt(4)) {
                case 0 -> text.setCharAt(at, c);
                case 1 -> text.insert(at, c);
                case 2 -> text.deleteCharAt(at);
                default ->
                        text.insert(
                                at,
                                text.substring(
                                        at, Math.min(text.length(), at + random.nextInt(20))));
            }
        }
        return Ascii.bytes(text.toString());
    }
}
