package io.erlmcp.cli;

import io.erlmcp.json.JsonString;
import io.erlmcp.protocol.ServerNotification;
import java.util.Locale;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Shows on stderr how far a call is: a bar that is drawn again on a terminal, else a line for each
 * step.
 */
final class ProgressLine {
    private static final int WIDTH = 30;

    private final Terminal terminal;

    /** Guards the line on the terminal and {@code isDrawn}; held while a line is written. */
    private final ReentrantLock line = new ReentrantLock();

    private boolean isDrawn;

    ProgressLine(Terminal terminal) {
        this.terminal = terminal;
    }

    void progress(ServerNotification.Progress progress) {
        line.lock();
        try {
            show(progress);
        } finally {
            line.unlock();
        }
    }

    private void show(ServerNotification.Progress progress) {
        String message =
                progress.message() == null ? "" : " " + Terminal.printable(progress.message());
        Double total = progress.total();
        if (!terminal.showsProgress()) {
            terminal.err()
                    .println(
                            "progress "
                                    + number(progress.progress())
                                    + (total == null ? "" : "/" + number(total))
                                    + message);
            return;
        }
        String drawn =
                total == null || total <= 0
                        ? "[" + number(progress.progress()) + "]"
                        : bar(Math.clamp(progress.progress() / total, 0, 1));
        terminal.err().print("\r\u001b[K" + drawn + message.replace('\n', ' '));
        terminal.err().flush();
        isDrawn = true;
    }

    void log(ServerNotification.Log log) {
        line.lock();
        try {
            print(log);
        } finally {
            line.unlock();
        }
    }

    private void print(ServerNotification.Log log) {
        erase();
        String text =
                log.data() instanceof JsonString string ? string.value() : log.data().toJson();
        String logger = log.logger() == null ? "" : " " + Terminal.printable(log.logger());
        terminal.err().println(log.level().text() + logger + ": " + Terminal.printable(text));
    }

    /** Leaves the line to what comes next. */
    void clear() {
        line.lock();
        try {
            erase();
        } finally {
            line.unlock();
        }
    }

    private void erase() {
        if (isDrawn) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
            isDrawn = false;
        }
    }

    private static String bar(double part) {
        int filled = (int) Math.round(part * WIDTH);
        return "["
                + "#".repeat(filled)
                + " ".repeat(WIDTH - filled)
                + "] "
                + String.format(Locale.ROOT, "%3d%%", (int) Math.round(part * 100));
    }

    private static String number(double value) {
        return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
    }
}
