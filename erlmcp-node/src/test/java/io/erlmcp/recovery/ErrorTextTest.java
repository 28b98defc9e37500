package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Requirement("strategist.grouping")
class ErrorTextTest {
    private static ErrorText of(String message) {
        return ErrorText.of(new IOException(message), Secrets.NONE);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "at 2026-11-26T17:44:26.123Z it broke|at <time> it broke",
                "2026-11-26 17:44:26,5 it broke|<time> it broke",
                "17:44:26 it broke|<time> it broke",
                "call 42 took 1.5 ms|call <n> took <n> ms",
                "no way to 10.1.2.3:8080|no way to <address>",
                "GET https://u:p@example.com/a?b=c failed|GET <address> failed",
                "Object@1f3a4b is gone|Object<address> is gone",
                "fault at 0x7fff12ab|fault at <address>",
                "session 123e4567-e89b-12d3-a456-426614174000 ended|session <id> ended",
                "commit deadbeef1234 is bad|commit <id> is bad",
                "open /var/lib/x/y.txt: denied|open <path>: denied",
                "open C:\\Users\\me: denied|open <path>: denied",
                "ended with exit code 127|ended with exit code 127",
                "decade of cafe|decade of cafe"
            })
    void whatDiffersEachTimeIsLeftOut(String message, String error) {
        assertThat(of(message).error()).isEqualTo("IOException: " + error);
    }

    @Test
    @Requirement("strategist.analysis")
    void failuresAreTheSameWhenOnlyThatDiffers() {
        assertThat(
                        FailureAnalysis.isSameError(
                                of("port 80 at 10:00:00 of /a"), of("port 81 at 11:00:00 of /b/c")))
                .isTrue();
        assertThat(FailureAnalysis.isSameError(of("exit code 1"), of("exit code 127"))).isFalse();
        assertThat(FailureAnalysis.isSameError(of("reset"), of("refused"))).isFalse();
    }

    @Test
    void causesAreNamedAndControlCharactersAreNot() {
        ErrorText text =
                ErrorText.of(
                        new IllegalStateException("outer\nline", new IOException("inner")),
                        Secrets.NONE);

        assertThat(text.message())
                .isEqualTo("IllegalStateException: outer line < IOException: inner");
        assertThat(ErrorText.of((Throwable) null, Secrets.NONE).error())
                .isEqualTo("ended by itself");
    }

    @Test
    void textsAreBoundedAndReadInNoTime() {
        String hostile = "a".repeat(100_000) + "1.".repeat(50_000) + "/" + "a/".repeat(50_000);

        Assertions.assertTimeoutPreemptively(
                Duration.ofSeconds(20),
                () -> {
                    for (int i = 0; i < 100; i++) {
                        ErrorText text = of(hostile.substring(i * 1_000));
                        assertThat(text.error()).hasSizeLessThanOrEqualTo(ErrorText.MAX_ERROR);
                        assertThat(text.message()).hasSizeLessThanOrEqualTo(ErrorText.MAX_MESSAGE);
                    }
                });
        assertThat(of("x".repeat(ErrorText.MAX_ERROR - "IOException: ".length())).error())
                .doesNotEndWith("...");
        assertThat(of("x".repeat(ErrorText.MAX_ERROR - "IOException: ".length() + 1)).error())
                .endsWith("...")
                .hasSize(ErrorText.MAX_ERROR);
    }

    @Test
    void secretsAreHidden() {
        Secrets secrets = Secrets.of(java.util.List.of("s3cr3t-value", "abc"));

        assertThat(secrets.hide("x s3cr3t-value y abc")).isEqualTo("x *** y abc");
        assertThat(secrets.hide("Authorization: Bearer abcdef.ghi"))
                .isEqualTo("Authorization: ***");
        assertThat(secrets.hide("got Bearer abcdefgh.ijk")).isEqualTo("got Bearer ***");
        assertThat(secrets.hide("api_key=12345&x=1")).isEqualTo("api_key=***&x=1");
        assertThat(secrets.hide("{\"password\": \"hunter2\"}"))
                .isEqualTo("{\"password\": \"***\"}");
        assertThat(secrets.hide("https://me:pw@host/x")).isEqualTo("https://***@host/x");
        assertThat(ErrorText.of(new IOException("token=qwerty"), secrets).message())
                .isEqualTo("IOException: token=***");
    }
}
