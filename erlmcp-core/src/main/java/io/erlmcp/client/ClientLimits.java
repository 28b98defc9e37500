package io.erlmcp.client;

import java.time.Duration;

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
        return new ClientLimits(
                each,
                most,
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

    /** These limits with another time to connect. */
    public ClientLimits withConnectTimeout(Duration limit) {
        return new ClientLimits(
                timeout,
                maxTimeout,
                limit,
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

    /** These limits with another time for answers of the user. */
    public ClientLimits withQuestionTimeout(Duration limit) {
        return new ClientLimits(
                timeout,
                maxTimeout,
                connectTimeout,
                limit,
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

    /** These limits with other bounds on lists. */
    public ClientLimits withLists(int pages, int entries, Duration ttl) {
        return new ClientLimits(
                timeout,
                maxTimeout,
                connectTimeout,
                questionTimeout,
                ttl,
                pages,
                entries,
                maxRounds,
                maxQuestions,
                maxQueued,
                maxKnownTools,
                maxCachedResources,
                maxCachedChars);
    }

    /** These limits with other bounds on questions. */
    public ClientLimits withQuestions(int rounds, int atOnce) {
        return new ClientLimits(
                timeout,
                maxTimeout,
                connectTimeout,
                questionTimeout,
                cacheTtl,
                maxPages,
                maxEntries,
                rounds,
                atOnce,
                maxQueued,
                maxKnownTools,
                maxCachedResources,
                maxCachedChars);
    }

    /** These limits with another bound on notifications that wait for slow listeners. */
    public ClientLimits withQueue(int most) {
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
                most,
                maxKnownTools,
                maxCachedResources,
                maxCachedChars);
    }

    /** These limits with other bounds on contents of resources that are kept. */
    public ClientLimits withCachedResources(int resources, int chars) {
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
                resources,
                chars);
    }
}
