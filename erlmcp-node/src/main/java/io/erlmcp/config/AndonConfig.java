package io.erlmcp.config;

import java.time.Duration;

/** The andon cord. */
public record AndonConfig(
        @Setting(
                        "Which stops end only when root cause, fix and prevention are written down:"
                                + " incidents (trouble that an operator or the node saw), or"
                                + " always.")
                Analysis analysis,
        @Setting(value = "Stops that are over and still on the board.", min = "0", max = "10000")
                int history,
        @Setting(
                        value = "A file of receipts is closed when it is longer.",
                        min = "1KB",
                        max = "1GB")
                ByteSize maxReceiptFile,
        @Setting(
                        value = "Files of receipts that are kept; the oldest go first.",
                        min = "2",
                        max = "1000000")
                int receiptFiles,
        @Setting(
                        value =
                                "What a component left to its next run is removed when it is"
                                        + " older.",
                        min = "1m",
                        max = "365d")
                Duration savedStateAge) {
    public static final AndonConfig DEFAULTS =
            new AndonConfig(Analysis.INCIDENTS, 200, new ByteSize(4 << 20), 16, Duration.ofDays(7));

    /** Which stops need an analysis. */
    public enum Analysis {
        INCIDENTS,
        ALWAYS
    }
}
