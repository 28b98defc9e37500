package io.erlmcp.upstream;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The last lines that a server wrote to its standard error, from all of its runs, without secrets.
 */
final class ErrorLines implements Consumer<String> {
    private static final int MAX_LINE = 500;

    private final int max;
    private final UnaryOperator<String> withoutSecrets;
    private final Deque<String> lines = new ArrayDeque<>();

    /** Guards {@code lines}. */
    private final ReentrantLock lock = new ReentrantLock();

    /**
     * @param withoutSecrets hides what must not be shown; before lines are cut
     */
    ErrorLines(int max, UnaryOperator<String> withoutSecrets) {
        this.max = max;
        this.withoutSecrets = withoutSecrets;
    }

    @Override
    public void accept(String line) {
        String plain = PlainText.of(withoutSecrets.apply(line), MAX_LINE);
        lock.lock();
        try {
            if (lines.size() >= max) {
                lines.removeFirst();
            }
            lines.addLast(plain);
        } finally {
            lock.unlock();
        }
    }

    List<String> all() {
        lock.lock();
        try {
            return List.copyOf(lines);
        } finally {
            lock.unlock();
        }
    }
}
