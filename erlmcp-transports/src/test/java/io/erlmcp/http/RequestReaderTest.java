package io.erlmcp.http;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** A head that comes again is read as if it had never come before. */
class RequestReaderTest {
    private static final int CASES = 3000;
    private static final List<String> REQUESTS =
            List.of(
                    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc",
                    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nxyz",
                    "POST /a HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd",
                    "POST /a HTTP/1.1\r\nHost: h\r\nX-A: 1\r\nx-a: 2\r\nContent-Length: 0\r\n\r\n",
                    "GET /a HTTP/1.1\r\nHost: h\r\n\r\n",
                    "GET /a HTTP/1.1\r\nHost: h\r\nAccept: x\r\n\r\n",
                    "\r\nGET /b HTTP/1.1\r\nHost: h\r\n\r\n");

    private final Random random = new Random(20260728);

    @Test
    void requestsInARowAreReadAsEachByItself() {
        RequestReader reader = new RequestReader(HttpServerConfig.defaults().limits());
        for (int i = 0; i < CASES; i++) {
            String text = REQUESTS.get(random.nextInt(REQUESTS.size()));

            List<String> byItself =
                    read(new RequestReader(HttpServerConfig.defaults().limits()), text);

            assertThat(read(reader, text)).as(text).isEqualTo(byItself);
            reader.reset();
        }
    }

    /** Gives the reader the text in pieces, as it asks for them. */
    private List<String> read(RequestReader reader, String text) {
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        int at = 0;
        int to = 0;
        while (!reader.isDone()) {
            if (reader.isHeadRead()) {
                reader.beginBody(to - at);
            } else {
                to = Math.min(bytes.length, to + 1 + random.nextInt(bytes.length));
                at = reader.read(bytes, at, to);
            }
        }
        return seen(reader);
    }

    private static List<String> seen(RequestReader reader) {
        HeaderFields fields = reader.head().fields();
        List<String> seen = new ArrayList<>(fields.names());
        for (String name : List.of("host", "x-a", "accept", "HOST", "content-length", "host")) {
            seen.add(name + fields.first(name) + fields.all(name));
        }
        seen.add(reader.head().method() + reader.head().path());
        seen.add(new String(reader.takeBody(), StandardCharsets.US_ASCII));
        return seen;
    }
}
