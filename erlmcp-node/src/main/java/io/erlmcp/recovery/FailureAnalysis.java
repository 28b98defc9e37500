package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What can be read from failures. Pure. */
public final class FailureAnalysis {
    /** The same error, so many times in a row, will not go away by itself. */
    static final int PERSISTS_AFTER = 3;

    private static final int PREDICT_FROM = 20;
    private static final int SURE_AFTER = 5;
    private static final double RISE = 1.5;

    private FailureAnalysis() {}

    /** Whether failures come faster. */
    public enum Direction {
        INCREASING,
        STABLE
    }

    /** Failures within a window, and whether they come faster in its second half. */
    public record Trend(int failures, double perMinute, Direction direction) {}

    /**
     * What comes next, if nobody changes anything.
     *
     * @param confidencePercent 0 to 100
     * @param error the likeliest
     * @param afterNanos so long after the last one, by the last gaps
     */
    public record Prediction(
            FailureClass type, int confidencePercent, String error, long afterNanos) {}

    /** Failures with the same error. */
    public record Group(String error, FailureClass type, int count, FailureEntry last) {}

    /** Whether two failures are the same, apart from times, numbers, addresses, ids and paths. */
    public static boolean isSameError(ErrorText one, ErrorText other) {
        return one.error().equals(other.error());
    }

    /**
     * Says what kind a failure is.
     *
     * @param history of the component, the oldest first, without this failure
     * @param recent failures of all components, the oldest first
     * @param ranLong whether it had run for the period of its intensity
     */
    static Diagnosis diagnose(
            List<FailureEntry> history,
            List<RecentFailure> recent,
            FailureFacts facts,
            boolean ranLong,
            Moment moment) {
        int count = Math.max(1, facts.failure().consecutive());
        int same = sameInRow(history, facts.text(), count);
        ComponentId root = rootOf(recent, facts, moment);
        FailureClass type = type(facts.text().hint(), root, same, count == 1 && ranLong);
        List<Pattern> patterns = new ArrayList<>();
        if (same >= PERSISTS_AFTER) {
            patterns.add(Pattern.SAME_ERROR);
        }
        if (trend(history, moment.nanos(), moment.limits().trendWindow(), 1).direction()
                == Direction.INCREASING) {
            patterns.add(Pattern.INCREASING);
        }
        if (type == FailureClass.CASCADE) {
            patterns.add(Pattern.CASCADE);
        }
        if (type == FailureClass.RESOURCE_EXHAUSTION) {
            patterns.add(Pattern.RESOURCE_EXHAUSTION);
        }
        return new Diagnosis(type, count, same, root, patterns);
    }

    /** When is looked, and how far back. */
    record Moment(long nanos, RecoveryLimits limits) {}

    private static FailureClass type(
            ErrorText.Hint hint, @Nullable ComponentId root, int same, boolean ranLong) {
        if (hint == ErrorText.Hint.RESOURCE) {
            return FailureClass.RESOURCE_EXHAUSTION;
        }
        if (root != null) {
            return FailureClass.CASCADE;
        }
        if (hint == ErrorText.Hint.PERSISTENT || same >= PERSISTS_AFTER) {
            return FailureClass.PERSISTENT;
        }
        // what worked for long works again most of the time
        return hint == ErrorText.Hint.TRANSIENT || ranLong
                ? FailureClass.TRANSIENT
                : FailureClass.UNKNOWN;
    }

    /** How often the error came in a row, this time included; never more than {@code count}. */
    private static int sameInRow(List<FailureEntry> history, ErrorText text, int count) {
        int same = 1;
        for (FailureEntry entry : history.reversed()) {
            if (same >= count || !isSameError(entry.text(), text)) {
                break;
            }
            same++;
        }
        return same;
    }

    /** The first failure of what the component needs, within the window; null for none. */
    private static @Nullable ComponentId rootOf(
            List<RecentFailure> recent, FailureFacts facts, Moment moment) {
        long window = moment.limits().cascadeWindow().toNanos();
        for (RecentFailure other : recent) {
            boolean isNear = moment.nanos() - other.nanos() <= window;
            if (isNear
                    && !other.component().equals(facts.component())
                    && facts.needs().contains(other.component())) {
                ComponentId deeper = other.root();
                return deeper == null ? other.component() : deeper;
            }
        }
        return null;
    }

    /** How failures come, as of {@code nanos}. */
    public static Trend trend(List<FailureEntry> history, long nanos, Duration window) {
        return trend(history, nanos, window, 0);
    }

    private static Trend trend(
            List<FailureEntry> history, long nanos, Duration window, int happeningNow) {
        long whole = window.toNanos();
        int older = 0;
        int newer = happeningNow;
        for (FailureEntry entry : history) {
            long age = nanos - entry.nanos();
            if (age <= whole / 2) {
                newer++;
            } else if (age <= whole) {
                older++;
            }
        }
        double minutes = whole / 60e9;
        boolean isRising = newer >= 2 && newer > RISE * older;
        return new Trend(
                older + newer,
                (older + newer) / minutes,
                isRising ? Direction.INCREASING : Direction.STABLE);
    }

    /** Failures by their error, the most frequent first. */
    public static List<Group> groups(List<FailureEntry> history) {
        Map<String, Group> groups = new LinkedHashMap<>();
        for (FailureEntry entry : history) {
            groups.merge(
                    entry.text().error(),
                    new Group(entry.text().error(), entry.type(), 1, entry),
                    (was, one) -> new Group(was.error(), one.type(), was.count() + 1, one.last()));
        }
        return groups.values().stream()
                .sorted(Comparator.comparingInt(Group::count).reversed())
                .toList();
    }

    /** The next failure: the kind that came most often lately; empty where none came. */
    public static Optional<Prediction> predict(List<FailureEntry> history) {
        if (history.isEmpty()) {
            return Optional.empty();
        }
        List<FailureEntry> lately =
                history.subList(Math.max(0, history.size() - PREDICT_FROM), history.size());
        Map<FailureClass, Integer> weights = new EnumMap<>(FailureClass.class);
        int total = 0;
        for (int i = 0; i < lately.size(); i++) {
            weights.merge(lately.get(i).type(), i + 1, Integer::sum); // the newest weighs most
            total += i + 1;
        }
        Map.Entry<FailureClass, Integer> likeliest =
                weights.entrySet().stream().max(Map.Entry.comparingByValue()).orElseThrow();
        double share = (double) likeliest.getValue() / total;
        double known = Math.min(1.0, (double) lately.size() / SURE_AFTER);
        String error =
                lately.reversed().stream()
                        .filter(it -> it.type() == likeliest.getKey())
                        .findFirst()
                        .orElseThrow()
                        .text()
                        .error();
        return Optional.of(
                new Prediction(
                        likeliest.getKey(),
                        (int) Math.round(100 * share * known),
                        error,
                        meanGap(lately)));
    }

    /** Between failures, on average; 0 for a single one. */
    static long meanGap(List<FailureEntry> entries) {
        return entries.size() < 2
                ? 0
                : (entries.getLast().nanos() - entries.getFirst().nanos()) / (entries.size() - 1);
    }
}
