package io.erlmcp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.Test;

class LogProviderTest {
    @Test
    void loggersWriteWarningsToStandardErrorAndAreRemembered() {
        LogProvider logging = new LogProvider();
        logging.initialize();

        Logger root = (Logger) logging.getLoggerFactory().getLogger(Logger.ROOT_LOGGER_NAME);
        Logger some = (Logger) logging.getLoggerFactory().getLogger("io.erlmcp.node.Node");

        assertThat(root.getLevel()).isEqualTo(Level.WARN);
        assertThat(root.getAppender("stderr")).isNotNull();
        assertThat(some.isInfoEnabled()).isFalse();
        some.warn("a line of {}", "today");
        assertThat(root.getAppender(RecentLines.NAME))
                .isInstanceOfSatisfying(
                        RecentLines.class,
                        it -> assertThat(it.all()).last().asString().contains("a line of today"));
    }
}
