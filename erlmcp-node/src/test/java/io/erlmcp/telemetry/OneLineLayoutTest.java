package io.erlmcp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import io.erlmcp.testing.Requirement;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

@Requirement("security.operations")
class OneLineLayoutTest {
    private final Logger logger = new LoggerContext().getLogger("io.erlmcp.http.HttpServer");

    @Test
    void oneEventIsOneLineWhateverItHolds() {
        String line = line("first\nERROR forged\r\u001b[31m", null);

        assertThat(line)
                .endsWith("HttpServer: first\\nERROR forged\\r\\u001b[31m\n")
                .contains(" WARN [")
                .containsOnlyOnce("\n");
    }

    @Test
    void aStackTraceStaysOnTheLine() {
        String line =
                line(
                        "failed",
                        new IllegalStateException("outer\nmost", new RuntimeException("inner")));

        assertThat(line)
                .contains(
                        "failed | java.lang.IllegalStateException: outer\\n"
                                + "most < io.erlmcp.telemetry.OneLineLayoutTest")
                .contains(" | caused by java.lang.RuntimeException: inner")
                .containsOnlyOnce("\n");
    }

    private String line(String message, @Nullable Throwable failure) {
        LoggingEvent event =
                new LoggingEvent(
                        getClass().getName(), logger, Level.WARN, message, failure, new Object[0]);
        return new OneLineLayout().doLayout(event);
    }
}
