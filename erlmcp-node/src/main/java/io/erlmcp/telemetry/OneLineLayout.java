package io.erlmcp.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * One event, one line: time, level, thread, logger, message. Line breaks in what comes from outside
 * are escaped, so that nobody can forge a line; a stack trace follows on the same line.
 */
final class OneLineLayout extends LayoutBase<ILoggingEvent> {
    private static final int MAX_FRAMES = 40;
    private static final int MAX_CAUSES = 5;

    @Override
    public String doLayout(ILoggingEvent event) {
        StringBuilder out = new StringBuilder(160);
        out.append(Instant.ofEpochMilli(event.getTimeStamp())).append(' ').append(event.getLevel());
        out.append(" [");
        append(out, event.getThreadName());
        out.append("] ").append(shortName(event.getLoggerName())).append(": ");
        append(out, event.getFormattedMessage());
        appendThrowable(out, event.getThrowableProxy());
        return out.append('\n').toString();
    }

    private static String shortName(String logger) {
        return logger.substring(logger.lastIndexOf('.') + 1);
    }

    private static void append(StringBuilder out, @Nullable String text) {
        String shown = text == null ? "null" : text;
        for (int i = 0; i < shown.length(); i++) {
            char c = shown.charAt(i);
            switch (c) {
                case '\n' -> out.append("\\n");
                case '\r' -> out.append("\\r");
                case '\t' -> out.append(' ');
                default -> {
                    if (Character.isISOControl(c)) {
                        out.append("\\u%04x".formatted((int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
    }

    private static void appendThrowable(StringBuilder out, @Nullable IThrowableProxy first) {
        IThrowableProxy throwable = first;
        for (int cause = 0; throwable != null && cause < MAX_CAUSES; cause++) {
            out.append(cause == 0 ? " | " : " | caused by ").append(throwable.getClassName());
            if (throwable.getMessage() != null) {
                out.append(": ");
                append(out, throwable.getMessage());
            }
            StackTraceElementProxy[] frames = throwable.getStackTraceElementProxyArray();
            for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
                out.append(" < ").append(frames[i].getStackTraceElement());
            }
            throwable = throwable.getCause();
        }
    }
}
