package io.erlmcp.client;

import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.concurrent.locks.ReentrantLock;

/**
 * When a call must be answered: {@code timeout} after the last sign of life, and never later than
 * {@code most} after its start. Both stand still while a question of the call is open.
 */
final class Deadline {
    private final Time time;
    private final Duration timeout;
    private final Duration most;

    /** Guards everything below. */
    private final ReentrantLock lock = new ReentrantLock();

    private long aliveAt;
    private long startedAt;
    private long pausedAt;
    private int openQuestions;

    Deadline(Time time, Duration timeout, Duration most) {
        this.time = time;
        this.timeout = timeout;
        this.most = most;
        this.startedAt = time.nanos();
        this.aliveAt = startedAt;
    }

    /** The server showed that it works on the call. */
    void alive() {
        lock.lock();
        try {
            aliveAt = time.nanos();
        } finally {
            lock.unlock();
        }
    }

    void pause() {
        lock.lock();
        try {
            if (openQuestions++ == 0) {
                pausedAt = time.nanos();
            }
        } finally {
            lock.unlock();
        }
    }

    void resume() {
        lock.lock();
        try {
            if (--openQuestions == 0) {
                long now = time.nanos();
                startedAt += now - pausedAt;
                aliveAt = now;
            }
        } finally {
            lock.unlock();
        }
    }

    /** Nanoseconds left; {@link Long#MAX_VALUE} while a question is open. */
    long remainingNanos() {
        lock.lock();
        try {
            if (openQuestions > 0) {
                return Long.MAX_VALUE;
            }
            long now = time.nanos();
            return Math.min(
                    timeout.toNanos() - (now - aliveAt), most.toNanos() - (now - startedAt));
        } finally {
            lock.unlock();
        }
    }

    /** The limit that passed, for the message. */
    Duration passed() {
        lock.lock();
        try {
            return time.nanos() - startedAt >= most.toNanos() ? most : timeout;
        } finally {
            lock.unlock();
        }
    }
}
