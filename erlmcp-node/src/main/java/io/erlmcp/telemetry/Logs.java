package io.erlmcp.telemetry;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Sets logging up: everything to stderr, one line for each event, warnings only until {@link
 * #level} says otherwise.
 *
 * <p>Logback finds this class in {@code META-INF/services} and then looks for no file: that would
 * cost a tenth of a second at every start of the command line.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Logs extends ContextAwareBase implements Configurator {
    /** For logback only. */
    public Logs() {}

    @Override
    public ExecutionStatus configure(LoggerContext context) {
        OneLineLayout layout = new OneLineLayout();
        layout.setContext(context);
        layout.start();
        LayoutWrappingEncoder<ILoggingEvent> encoder = new LayoutWrappingEncoder<>();
        encoder.setContext(context);
        encoder.setCharset(StandardCharsets.UTF_8);
        encoder.setLayout(layout);
        encoder.start();
        ConsoleAppender<ILoggingEvent> stderr = new ConsoleAppender<>();
        stderr.setContext(context);
        stderr.setName("stderr");
        stderr.setTarget("System.err");
        stderr.setEncoder(encoder);
        stderr.start();
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.WARN);
        root.addAppender(stderr);
        RecentLines recent = new RecentLines(layout);
        recent.setContext(context);
        recent.start();
        root.addAppender(recent);
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /**
     * Sets the least severe level of our own log lines; other libraries are kept to warnings unless
     * it is more severe.
     *
     * @param level {@code trace}, {@code debug}, {@code info}, {@code warn}, {@code error} or
     *     {@code off}
     */
    public static void level(String level) {
        Level ours = Level.toLevel(level, Level.INFO);
        logger("io.erlmcp").setLevel(ours);
        logger(Logger.ROOT_LOGGER_NAME)
                .setLevel(ours.isGreaterOrEqual(Level.WARN) ? ours : Level.WARN);
    }

    /**
     * The last lines that were written, the newest last; empty where logging was set up otherwise.
     */
    public static List<String> recent() {
        return logger(Logger.ROOT_LOGGER_NAME).getAppender(RecentLines.NAME)
                        instanceof RecentLines recent
                ? recent.all()
                : List.of();
    }

    private static Logger logger(String name) {
        return (Logger) LoggerFactory.getLogger(name);
    }
}
