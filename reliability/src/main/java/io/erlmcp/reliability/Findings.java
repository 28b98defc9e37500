package io.erlmcp.reliability;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/** What a run counted, and what went wrong, or why nothing can be said. Many threads may add. */
final class Findings {
    private static final int MAX_KEPT = 40;

    /** Guards the fields below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Long> figures = new LinkedHashMap<>();
    private final List<String> failures = new ArrayList<>();
    private long failed;
    private @Nullable String doubt;

    void count(String figure, long more) {
        lock.lock();
        try {
            figures.merge(figure, more, Long::sum);
        } finally {
            lock.unlock();
        }
    }

    void largest(String figure, long value) {
        lock.lock();
        try {
            figures.merge(figure, value, Math::max);
        } finally {
            lock.unlock();
        }
    }

    /** Something that must not be; the first ones are kept in words. */
    void fail(String what) {
        lock.lock();
        try {
            failed++;
            if (failures.size() < MAX_KEPT) {
                failures.add(what);
            }
        } finally {
            lock.unlock();
        }
    }

    /**
     * The circumstances say nothing about the guarantee: it is not shown to hold, and a control
     * that did not fail otherwise has not failed.
     */
    void voidBecause(String why) {
        lock.lock();
        try {
            doubt = why;
        } finally {
            lock.unlock();
        }
    }

    /** Why nothing can be said, if so. */
    Optional<String> doubt() {
        lock.lock();
        try {
            return Optional.ofNullable(doubt);
        } finally {
            lock.unlock();
        }
    }

    void check(boolean holds, String otherwise) {
        if (!holds) {
            fail(otherwise);
        }
    }

    /** Nothing went wrong; whether that says anything, {@link #doubt} tells. */
    boolean holds() {
        return failed() == 0;
    }

    long failed() {
        lock.lock();
        try {
            return failed;
        } finally {
            lock.unlock();
        }
    }

    Map<String, Long> figures() {
        lock.lock();
        try {
            return new LinkedHashMap<>(figures);
        } finally {
            lock.unlock();
        }
    }

    List<String> failures() {
        lock.lock();
        try {
            return List.copyOf(failures);
        } finally {
            lock.unlock();
        }
    }
}
