package io.erlmcp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogProviderTest {
    private static final String PROVIDER = "slf4j.provider";
    private static final String VERBOSITY = "slf4j.internal.verbosity";

    private final String provider = System.getProperty(PROVIDER, "");
    private final String verbosity = System.getProperty(VERBOSITY, "");

    @AfterEach
    void asItWas() {
        restore(PROVIDER, provider);
        restore(VERBOSITY, verbosity);
    }

    @Test
    void itIsUsedUnlessTheUserNamedAnother() {
        System.clearProperty(PROVIDER);
        LogProvider.install();
        assertThat(System.getProperty(PROVIDER)).isEqualTo(LogProvider.class.getName());

        System.setProperty(PROVIDER, "com.example.Other");
        LogProvider.install();
        assertThat(System.getProperty(PROVIDER)).isEqualTo("com.example.Other");
    }

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

    private static void restore(String name, String value) {
        if (value.isEmpty()) {
            System.clearProperty(name);
        } else {
            System.setProperty(name, value);
        }
    }
}
