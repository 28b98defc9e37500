package io.erlmcp.config;

import java.time.Duration;
import java.util.List;

/** The list of calls that wait for a place. */
public record MessageQueueConfig(
        @Setting(
                        value =
                                "Calls that wait at the same time; what is beyond is refused at"
                                        + " once.",
                        min = "0",
                        max = "1000000")
                int maxSize,
        @Setting(
                        value = "Waiting calls at which a warning is given; 0: 75 % of max_size.",
                        min = "0",
                        max = "1000000")
                int warnThreshold,
        @Setting(
                        value =
                                "Waiting calls at which only high priority still enters; 0: 95 % of"
                                        + " max_size.",
                        min = "0",
                        max = "1000000")
                int rejectThreshold,
        @Setting(
                        value =
                                "The longest a call waits; one that would wait for more than half"
                                        + " of it is refused at once.",
                        min = "10ms",
                        max = "1h")
                Duration maxWait,
        @Setting(
                        "Tools, and methods such as resources/read, that go first and are refused"
                                + " last.")
                List<String> highPriority,
        @Setting("Tools and methods that go last and are refused first.")
                List<String> lowPriority) {
    public static final MessageQueueConfig DEFAULTS =
            new MessageQueueConfig(10_000, 0, 0, Duration.ofSeconds(10), List.of(), List.of());

    public MessageQueueConfig {
        highPriority = List.copyOf(highPriority);
        lowPriority = List.copyOf(lowPriority);
        for (String name : highPriority) {
            if (lowPriority.contains(name)) {
                throw new IllegalArgumentException(
                        "high_priority: \"" + name + "\" stands in low_priority as well");
            }
        }
    }

    /** The warning as a number of calls. */
    public int warnAt() {
        return warnThreshold == 0 ? percent(75) : Math.min(warnThreshold, maxSize);
    }

    /** From here on only high priority enters, as a number of calls. */
    public int rejectAt() {
        return rejectThreshold == 0 ? percent(95) : Math.min(rejectThreshold, maxSize);
    }

    /** So much of {@code max_size}, rounded up. */
    public int percent(int share) {
        return (int) (((long) maxSize * share + 99) / 100);
    }
}
