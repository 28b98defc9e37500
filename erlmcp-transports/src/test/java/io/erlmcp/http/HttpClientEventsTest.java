package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

@Requirement("transport.sse")
class HttpClientEventsTest {
    private static InputStream stream(String text) {
        return new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8));
    }

    /** Gives one byte a read, so that every boundary is met. */
    private static InputStream drop(InputStream in) {
        return new InputStream() {
            @Override
            public int read() throws IOException {
                return in.read();
            }

            @Override
            public int read(byte[] buffer, int offset, int length) throws IOException {
                return in.read(buffer, offset, Math.min(1, length));
            }
        };
    }

    private static List<String> events(InputStream in) throws IOException {
        HttpClientEvents stream = new HttpClientEvents(in, 1_000, null);
        List<String> all = new ArrayList<>();
        byte[] data;
        while ((data = stream.next()) != null) {
            all.add(new String(data, StandardCharsets.UTF_8));
        }
        return all;
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource
    void eventsAreReadAsTheStandardSays(String what, String text, List<String> expected)
            throws IOException {
        assertThat(events(stream(text))).isEqualTo(expected);
        assertThat(events(drop(stream(text)))).isEqualTo(expected);
    }

    static List<Arguments> eventsAreReadAsTheStandardSays() {
        return List.of(
                Arguments.of("line feeds", "data: a\n\ndata: b\n\n", List.of("a", "b")),
                Arguments.of("carriage returns", "data: a\r\rdata: b\r\r", List.of("a", "b")),
                Arguments.of("both", "data: a\r\n\r\ndata: b\r\n\r\n", List.of("a", "b")),
                Arguments.of("a mix", "data: a\r\n\ndata: b\n\r\n", List.of("a", "b")),
                Arguments.of(
                        "several lines of data", "data: a\ndata:b\ndata\n\n", List.of("a\nb\n")),
                Arguments.of("one blank is taken off", "data:  a\n\n", List.of(" a")),
                Arguments.of("comments", ": hello\ndata: a\n:\n\n: bye\n\n", List.of("a")),
                Arguments.of("a byte order mark", "\ufeffdata: a\n\n", List.of("a")),
                Arguments.of("only the first mark", "data: a\n\n\ufeffdata: b\n\n", List.of("a")),
                Arguments.of("a cut event", "data: a\n\ndata: b\n", List.of("a")),
                Arguments.of(
                        "other types",
                        "event: ping\ndata: a\n\nevent: message\ndata: b\n\n",
                        List.of("b")),
                Arguments.of("unknown fields", "foo: x\ndata: a\nfoo\n\n", List.of("a")),
                Arguments.of("no data", "event: message\n\nid: 1\n\n", List.of()),
                Arguments.of("empty data", "id: 1\ndata:\n\n", List.of()),
                Arguments.of("nothing", "", List.of()),
                Arguments.of(
                        "text beyond ASCII",
                        "data: {\"ü\":\"世界\"}\n\n",
                        List.of("{\"ü\":\"世界\"}")));
    }

    private static HttpClientEvents read(String text) throws IOException {
        HttpClientEvents stream = new HttpClientEvents(stream(text), 1_000, "before");
        byte[] data;
        do {
            data = stream.next();
        } while (data != null);
        return stream;
    }

    @Test
    void theLastIdIsThatOfTheLastWholeEventEvenWithoutData() throws IOException {
        assertThat(read("").lastId()).isEqualTo("before");
        assertThat(read("id: 1\ndata: a\n\nid: 2\ndata:\n\nid: 3\ndata: cut").lastId())
                .isEqualTo("2");
        assertThat(read("id: 1\n\ndata: a\n\n").lastId()).isEqualTo("1");
        assertThat(read("id\n\n").lastId()).isNull();
    }

    @Test
    void idsThatNoHeaderCouldCarryAreIgnored() throws IOException {
        assertThat(read("id: ü\n\n").lastId()).isEqualTo("before");
        assertThat(read("id: a\u0000b\n\n").lastId()).isEqualTo("before");
        assertThat(read("id: " + "x".repeat(1_000) + "\n\n").lastId()).hasSize(1_000);
    }

    @Test
    void retryIsDigitsOnly() throws IOException {
        assertThat(read("retry: 500\n\n").retry()).isEqualTo(Duration.ofMillis(500));
        assertThat(read("retry: 5x\n\n").retry()).isNull();
        assertThat(read("retry: -5\n\n").retry()).isNull();
        assertThat(read("retry: 99999999999999999999\n\n").retry()).isNull();
    }

    @Test
    @Requirement("security.client")
    void anEventAtTheLimitIsReadAndOneBeyondIsNot() throws IOException {
        String most = "x".repeat(1_000);
        assertThat(events(stream("data: " + most + "\n\n"))).containsExactly(most);
        assertThatThrownBy(() -> events(stream("data: " + most + "x\n\n")))
                .isInstanceOf(HttpClientEvents.LimitExceeded.class);
        String half = "data: " + "x".repeat(500) + "\n";
        assertThatThrownBy(() -> events(stream(half + half + "\n")))
                .isInstanceOf(HttpClientEvents.LimitExceeded.class);
        assertThatThrownBy(() -> events(stream(":" + "x".repeat(2_000) + "\n\n")))
                .isInstanceOf(HttpClientEvents.LimitExceeded.class);
    }
}
