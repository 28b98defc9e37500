package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Requirement({"transport.stdio", "transport.limits"})
class ByteLinesTest {
    private static List<String> lines(String text, int maxBytes) throws IOException {
        ByteLines lines =
                new ByteLines(
                        new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)), maxBytes);
        List<String> all = new ArrayList<>();
        byte[] line;
        while ((line = lines.next()) != null) {
            all.add(new String(line, StandardCharsets.UTF_8) + (lines.wasTooLong() ? "!" : ""));
        }
        return all;
    }

    @Test
    void linesEndWithLineFeedOrBothOrTheStream() throws IOException {
        assertThat(lines("a\nbb\r\n\nc", 10)).containsExactly("a", "bb", "", "c");
        assertThat(lines("", 10)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({"12345, 12345", "123456, 12345!", "123456789012, 12345!"})
    void aLineIsCutBehindTheLimitAndTheNextIsWhole(String sent, String heard) throws IOException {
        assertThat(lines(sent + "\nok\n", 5)).containsExactly(heard, "ok");
        assertThat(lines(sent + "\r\nok\r\n", 5)).containsExactly(heard, "ok");
    }

    @Test
    void aCarriageReturnAtTheLimitDoesNotHideARest() throws IOException {
        assertThat(lines("12345\r678\nok\n", 5)).containsExactly("12345!", "ok");
    }

    @Test
    void longLinesSpanReads() throws IOException {
        String line = "x".repeat(100_000);
        assertThat(lines(line + "\n" + line, 100_000)).containsExactly(line, line);
    }
}
