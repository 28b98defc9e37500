package io.erlmcp.client;

import java.time.Duration;
import java.util.function.Consumer;

/**
 * Bounds of a client: on its patience, and on everything that a server may send.
 *
 * @param timeout how long a request may take; starts again with each sign of progress
 * @param maxTimeout how long a request may take in all, time for questions to the user not counted
 * @param connectTimeout how long the server may take to greet, which includes starting it
 * @param questionTimeout how long the user may take for an answer
 * @param cacheTtl how long lists are believed where a legacy server announces changes
 * @param maxPages pages of one list
 * @param maxEntries entries of one list
 * @param maxRounds rounds of questions within one request
 * @param maxQuestions questions that are being answered at the same time
 * @param maxQueued notifications waiting for a slow listener; the newest are dropped beyond
 * @param maxKnownTools tools whose definitions are watched for changes
 * @param maxCachedResources resources whose contents are kept while they are fresh
 * @param maxCachedChars characters of all these contents together
 */
public record ClientLimits(
        Duration timeout,
        Duration maxTimeout,
        Duration connectTimeout,
        Duration questionTimeout,
        Duration cacheTtl,
        int maxPages,
        int maxEntries,
        int maxRounds,
        int maxQuestions,
        int maxQueued,
        int maxKnownTools,
        int maxCachedResources,
        int maxCachedChars) {
    /**
     * 5 s, at most 60 s, 30 s to connect, 5 minutes for answers and lists, 1,000 pages, 10 rounds.
     */
    public static final ClientLimits DEFAULTS =
            new ClientLimits(
                    Duration.ofSeconds(5),
                    Duration.ofSeconds(60),
                    Duration.ofSeconds(30),
                    Duration.ofMinutes(5),
                    Duration.ofMinutes(5),
                    1_000,
                    100_000,
                    10,
                    32,
                    1_024,
                    10_000,
                    256,
                    8 * 1024 * 1024);

    public ClientLimits {
        positive("timeout", timeout);
        positive("maxTimeout", maxTimeout);
        positive("connectTimeout", connectTimeout);
        positive("questionTimeout", questionTimeout);
        if (cacheTtl.isNegative()) {
            throw new IllegalArgumentException("cacheTtl must not be negative: " + cacheTtl);
        }
        positive("maxPages", maxPages);
        positive("maxEntries", maxEntries);
        positive("maxRounds", maxRounds);
        positive("maxQuestions", maxQuestions);
        positive("maxQueued", maxQueued);
        positive("maxKnownTools", maxKnownTools);
        positive("maxCachedResources", maxCachedResources);
        positive("maxCachedChars", maxCachedChars);
        maxTimeout = maxTimeout.compareTo(timeout) < 0 ? timeout : maxTimeout;
    }

    private static void positive(String name, Duration value) {
        if (!value.isPositive()) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    private static void positive(String name, int value) {
        if (value <= 0) {
            throw new IllegalArgumentException(name + " must be positive: " + value);
        }
    }

    /** These limits with other time-outs for requests. */
    public ClientLimits withTimeouts(Duration each, Duration most) {
        return with(
                draft -> {
                    draft.timeout = each;
                    draft.maxTimeout = most;
                });
    }

    /** These limits with another time to connect. */
    public ClientLimits withConnectTimeout(Duration limit) {
        return with(draft -> draft.connectTimeout = limit);
    }

    /** These limits with another time for answers of the user. */
    public ClientLimits withQuestionTimeout(Duration limit) {
        return with(draft -> draft.questionTimeout = limit);
    }

    /** These limits with other bounds on lists. */
    public ClientLimits withLists(int pages, int entries, Duration ttl) {
        return with(
                draft -> {
                    draft.maxPages = pages;
                    draft.maxEntries = entries;
                    draft.cacheTtl = ttl;
                });
    }

    /** These limits with other bounds on questions. */
    public ClientLimits withQuestions(int rounds, int atOnce) {
        return with(
                draft -> {
                    draft.maxRounds = rounds;
                    draft.maxQuestions = atOnce;
                });
    }

    /** These limits with another bound on notifications that wait for slow listeners. */
    public ClientLimits withQueue(int most) {
        return with(draft -> draft.maxQueued = most);
    }

    /** These limits with other bounds on contents of resources that are kept. */
    public ClientLimits withCachedResources(int resources, int chars) {
        return with(
                draft -> {
                    draft.maxCachedResources = resources;
                    draft.maxCachedChars = chars;
                });
    }

    private ClientLimits with(Consumer<Draft> change) {
        Draft draft = new Draft(this);
        change.accept(draft);
        return draft.limits();
    }

    /** Limits while some of them are being changed. */
    private static final class Draft {
        private Duration timeout;
        private Duration maxTimeout;
        private Duration connectTimeout;
        private Duration questionTimeout;
        private Duration cacheTtl;
        private int maxPages;
        private int maxEntries;
        private int maxRounds;
        private int maxQuestions;
        private int maxQueued;
        private int maxKnownTools;
        private int maxCachedResources;
        private int maxCachedChars;

        Draft(ClientLimits limits) {
            timeout = limits.timeout;
            maxTimeout = limits.maxTimeout;
            connectTimeout = limits.connectTimeout;
            questionTimeout = limits.questionTimeout;
            cacheTtl = limits.cacheTtl;
            maxPages = limits.maxPages;
            maxEntries = limits.maxEntries;
            maxRounds = limits.maxRounds;
            maxQuestions = limits.maxQuestions;
            maxQueued = limits.maxQueued;
            maxKnownTools = limits.maxKnownTools;
            maxCachedResources = limits.maxCachedResources;
            maxCachedChars = limits.maxCachedChars;
        }

        ClientLimits limits() {
            return new ClientLimits(
                    timeout,
                    maxTimeout,
                    connectTimeout,
                    questionTimeout,
                    cacheTtl,
                    maxPages,
                    maxEntries,
                    maxRounds,
                    maxQuestions,
                    maxQueued,
                    maxKnownTools,
                    maxCachedResources,
                    maxCachedChars);
        }
    }
}
