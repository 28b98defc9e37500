package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Host and Origin checks, and what a browser is told. */
@Requirement({"transport.http", "security.browser"})
class HttpAccessTest {
    private static TestServer server() {
        return TestServer.start(
                config ->
                        config.withAccess(
                                HttpServerConfig.Access.loopback()
                                        .plusHosts(List.of("mcp.example", "port.example:8443"))
                                        .plusOrigins(
                                                List.of(
                                                        "https://app.example",
                                                        "http://any.example:*"))));
    }

    @ParameterizedTest
    @CsvSource({
        "localhost,200",
        "LOCALHOST:1,200",
        "127.0.0.1:65535,200",
        "[::1],200",
        "[::1]:8080,200",
        "mcp.example,200",
        "mcp.example:1,200",
        "port.example:8443,200",
        "port.example,403",
        "port.example:8444,403",
        "evil.example,403",
        "localhost.evil.example,403",
        "localhost.,403",
        "evil.example:80@localhost,403",
        "localhost:80:80,403",
        "localhost:,403",
        "localhost:65536,403",
        "localhost:x,403",
        "[::1,403",
        "[::1]x,403",
        "0.0.0.0,403",
        "127.0.0.2,403",
        "'',403",
        "*,403",
    })
    void theHostMustBeOneOfOurs(String host, int status) throws Exception {
        try (var server = server()) {
            assertThat(server.ask("POST /echo HTTP/1.1\r\nHost: " + host + "\r\n\r\n").status())
                    .isEqualTo(status);
        }
    }

    @ParameterizedTest
    @CsvSource({
        "http://localhost,200",
        "http://localhost:5173,200",
        "https://127.0.0.1:6274,200",
        "http://[::1]:80,200",
        "HTTP://LOCALHOST,200",
        "https://app.example,200",
        "https://app.example:443,200",
        "https://app.example:444,403",
        "http://app.example,403",
        "http://any.example:123,200",
        "https://any.example,403",
        "http://evil.example,403",
        "http://localhost.evil.example,403",
        "http://localhost@evil.example,403",
        "http://localhost/,403",
        "null,403",
        "'',403",
        "localhost,403",
        "file://,403",
        "chrome-extension://abc,403",
        "http://,403",
    })
    void anOriginMustBeAllowedWhereThereIsOne(String origin, int status) throws Exception {
        try (var server = server()) {
            var answer =
                    server.ask(
                            "POST /echo HTTP/1.1\r\nHost: localhost\r\nOrigin: "
                                    + origin
                                    + "\r\n\r\n");
            assertThat(answer.status()).isEqualTo(status);
            if (status == 200) {
                assertThat(answer.header("access-control-allow-origin")).isEqualTo(origin);
                assertThat(answer.header("vary")).isEqualTo("Origin");
                assertThat(answer.header("access-control-expose-headers"))
                        .contains("Mcp-Session-Id");
            } else {
                assertThat(answer.headers()).doesNotContainKey("access-control-allow-origin");
                assertThat(answer.text()).contains("is not one of the allowed origins");
            }
        }
    }

    @Test
    void withoutAnOriginNothingIsSaidAboutCors() throws Exception {
        try (var server = server()) {
            assertThat(server.ask(TestServer.post("/echo", "x")).headers().keySet())
                    .noneMatch(name -> name.startsWith("access-control"));
        }
    }

    @Test
    void aPreflightIsAnsweredForAllowedOriginsOnly() throws Exception {
        try (var server = server();
                var client = server.connect()) {
            String preflight =
                    "OPTIONS /echo HTTP/1.1\r\n"
                            + "Host: localhost\r\n"
                            + "Access-Control-Request-Method: POST\r\n"
                            + "Access-Control-Request-Headers: content-type,"
                            + " mcp-session-id,Mcp-Param-City, x-evil, a b\r\n";
            client.send(preflight + "Origin: https://app.example\r\n\r\n");
            var answer = client.answer();
            assertThat(answer.status()).isEqualTo(204);
            assertThat(answer.header("access-control-allow-origin"))
                    .isEqualTo("https://app.example");
            assertThat(answer.header("access-control-allow-methods"))
                    .isEqualTo("GET, POST, DELETE");
            assertThat(answer.header("access-control-allow-headers"))
                    .isEqualTo("content-type, mcp-session-id, Mcp-Param-City");
            assertThat(answer.header("vary")).isEqualTo("Origin");
            client.send(preflight + "Origin: https://evil.example\r\n\r\n");
            assertThat(client.answer().status()).isEqualTo(403);
        }
    }

    @Test
    void errorsTellAnAllowedOriginToo() throws Exception {
        try (var server = server()) {
            var answer =
                    server.ask(
                            "POST /no HTTP/1.1\r\n"
                                    + "Host: localhost\r\n"
                                    + "Origin: http://localhost\r\n\r\n");
            assertThat(answer.status()).isEqualTo(404);
            assertThat(answer.header("access-control-allow-origin")).isEqualTo("http://localhost");
        }
    }

    @Test
    void theRefusalIsHeardAndQuotesNothingDangerous() throws Exception {
        try (var server = server()) {
            var answer = server.ask("POST /echo HTTP/1.1\r\nHost: a\"b\\\u00e9\r\n\r\n");
            assertThat(answer.text())
                    .isEqualTo("{\"error\": \"host a?b?? is not one of the allowed hosts\"}");
            var refused = server.heard(HttpEvent.RequestRefused.class);
            assertThat(refused).hasSize(1);
            assertThat(refused.getFirst().status()).isEqualTo(403);
            assertThat(refused.getFirst().peer()).isEqualTo("127.0.0.1");
        }
    }
}
