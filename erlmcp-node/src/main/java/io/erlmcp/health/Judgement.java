package io.erlmcp.health;

import io.erlmcp.observability.HealthCheck.Finding;
import io.erlmcp.observability.HealthStatus;
import java.time.Instant;

/**
 * What is held of a component after all that was found: one bad answer is none. Immutable.
 *
 * @param status what is held
 * @param since when that began
 * @param worse findings in a row that were worse than that
 * @param better findings in a row that were better
 * @param last the last finding
 */
record Judgement(
        HealthStatus status, Instant since, int worse, int better, Finding last, long millis) {
    /** Findings in a row that make a component worse. */
    static final int TURNS_WORSE = 3;

    /** Findings in a row that make it better. */
    static final int TURNS_BETTER = 2;

    /** The first finding is believed at once: nothing was held before. */
    static Judgement first(Finding finding, Instant now, long millis) {
        return new Judgement(finding.status(), now, 0, 0, finding, millis);
    }

    Judgement next(Finding finding, Instant now, long millis) {
        int moreWorse = finding.status().isWorseThan(status) ? worse + 1 : 0;
        int moreBetter = status.isWorseThan(finding.status()) ? better + 1 : 0;
        if (moreWorse >= TURNS_WORSE || moreBetter >= TURNS_BETTER) {
            return first(finding, now, millis);
        }
        return new Judgement(status, since, moreWorse, moreBetter, finding, millis);
    }
}
