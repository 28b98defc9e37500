package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

@Requirement({"transport.stdio", "transport.limits", "security.parsing"})
class LineReaderTest {
    private static final String TOO_LONG = "(too long)";

    /** Hands out so many bytes at a time, as a pipe may. */
    private static InputStream in(byte[] bytes, int atOnce) {
        return new ByteArrayInputStream(bytes) {
            @Override
            public int read(byte[] to, int offset, int length) {
                return super.read(to, offset, Math.min(length, atOnce));
            }
        };
    }

    private static List<String> lines(String text, int max, int atOnce) throws IOException {
        LineReader reader = new LineReader(in(text.getBytes(StandardCharsets.UTF_8), atOnce), max);
        List<String> lines = new ArrayList<>();
        for (LineReader.Line line = reader.read(); line != null; line = reader.read()) {
            lines.add(
                    line.isTooLong() ? TOO_LONG : new String(line.bytes(), StandardCharsets.UTF_8));
        }
        return lines;
    }

    @Test
    void atTheBoundALineIsReadAndOnePastItIsReportedAndSkipped() throws Exception {
        for (int atOnce : new int[] {1, 2, 3, 100_000}) {
            assertThat(lines("abcd\nabcde\nab\n", 4, atOnce))
                    .containsExactly("abcd", TOO_LONG, "ab");
            assertThat(lines("abcd\r\nabcde\r\nab\r\n", 4, atOnce))
                    .as("a carriage return does not count")
                    .containsExactly("abcd", TOO_LONG, "ab");
            assertThat(lines("abcd", 4, atOnce)).containsExactly("abcd");
            assertThat(lines("abcde", 4, atOnce)).containsExactly(TOO_LONG);
            assertThat(lines("abcdefghijkl", 4, atOnce)).containsExactly(TOO_LONG);
        }
    }

    @Test
    void theBoundIsInBytesNotInCharacters() throws Exception {
        assertThat(lines("éé\néé.\n", 4, 1)).containsExactly("éé", TOO_LONG);
        assertThat(lines("\uD83D\uDE00\n", 4, 1)).containsExactly("\uD83D\uDE00");
        assertThat(lines("\uD83D\uDE00\n", 3, 1)).containsExactly(TOO_LONG);
    }

    @Test
    void onlyACarriageReturnBeforeTheLineBreakIsDropped() throws Exception {
        assertThat(lines("a\rb\r\r\n\r\n\n", 10, 2)).containsExactly("a\rb\r", "", "");
    }

    @Test
    void longLinesCrossManyReads() throws Exception {
        String line = "x".repeat(100_000);
        assertThat(lines(line + "\n" + line + "y\nz", 100_000, 7_000))
                .containsExactly(line, TOO_LONG, "z");
    }

    @Test
    void theLargestBoundIsABoundToo() throws Exception {
        assertThat(lines("abc\n", Integer.MAX_VALUE, 1)).containsExactly("abc");
    }
}
