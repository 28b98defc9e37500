package io.erlmcp.telemetry;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.Layout;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;

/** The last lines of the log, kept in memory for whoever looks into a failure. */
final class RecentLines extends AppenderBase<ILoggingEvent> {
    static final String NAME = "recent";

    private static final int MAX_LINES = 200;
    private static final int MAX_LINE = 500;

    private final Layout<ILoggingEvent> layout;

    /** Guarded by the lock of the appender, which logback holds while it appends. */
    private final Deque<String> lines = new ArrayDeque<>();

    RecentLines(Layout<ILoggingEvent> layout) {
        this.layout = layout;
        setName(NAME);
    }

    @Override
    protected void append(ILoggingEvent event) {
        String line = layout.doLayout(event).stripTrailing();
        if (lines.size() >= MAX_LINES) {
            lines.removeFirst();
        }
        lines.addLast(line.length() <= MAX_LINE ? line : line.substring(0, MAX_LINE - 3) + "...");
    }

    /** The newest last. */
    synchronized List<String> all() {
        return List.copyOf(lines);
    }
}
