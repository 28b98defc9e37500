package io.erlmcp.chaos;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;

/** What one experiment saw. Many threads may add. */
final class Observations {
    private static final int MAX_FAILURES = 20;
    private static final int MAX_TEXT = 600;

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Object> facts = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private int checks;

    /** Something that was counted or read, for the report. */
    void fact(String name, Object value) {
        lock.lock();
        try {
            facts.put(name, value);
        } finally {
            lock.unlock();
        }
    }

    /** What must hold; {@code otherwise} says in words what was seen instead. */
    void check(boolean holds, String otherwise) {
        lock.lock();
        try {
            checks++;
            if (!holds && failures.size() < MAX_FAILURES) {
                failures.add(
                        otherwise.length() <= MAX_TEXT
                                ? otherwise
                                : otherwise.substring(0, MAX_TEXT) + " ...");
            }
        } finally {
            lock.unlock();
        }
    }

    void same(String what, Object expected, Object seen) {
        fact(what, seen);
        check(expected.equals(seen), what + ": " + seen + " instead of " + expected);
    }

    /** An experiment that checked nothing says nothing. */
    boolean areAsExpected() {
        lock.lock();
        try {
            return checks > 0 && failures.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    Map<String, Object> facts() {
        lock.lock();
        try {
            return new LinkedHashMap<>(facts);
        } finally {
            lock.unlock();
        }
    }

    List<String> failures() {
        lock.lock();
        try {
            return checks == 0 && failures.isEmpty()
                    ? List.of("nothing was checked")
                    : List.copyOf(failures);
        } finally {
            lock.unlock();
        }
    }

    /** In one line: the first thing that is not as expected, else the facts. */
    String text() {
        List<String> wrong = failures();
        return wrong.isEmpty()
                ? facts().entrySet().stream()
                        .map(it -> it.getKey() + " " + it.getValue())
                        .collect(Collectors.joining(", "))
                : wrong.getFirst();
    }
}
