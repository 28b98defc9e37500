package io.erlmcp.registry;

import java.util.ArrayDeque;
import java.util.List;

/**
 * The last letters that could not be delivered, and how many there were.
 *
 * <p>Process model: no thread; the monitor guards the queue, and nothing is called while it is
 * held.
 */
final class DeadLetters {
    private final int limit;
    private final ArrayDeque<DeadLetter> letters = new ArrayDeque<>();
    private long total;

    DeadLetters(int limit) {
        this.limit = limit;
    }

    synchronized void add(DeadLetter letter) {
        total++;
        if (limit == 0) {
            return;
        }
        if (letters.size() == limit) {
            letters.removeFirst();
        }
        letters.addLast(letter);
    }

    synchronized List<DeadLetter> all() {
        return List.copyOf(letters);
    }

    synchronized long total() {
        return total;
    }
}
