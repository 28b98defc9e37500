package io.erlmcp.andon;

/**
 * How much the andon cord keeps, and how strict it is.
 *
 * @param maxHalts components that are halted at the same time
 * @param maxHistory stops that are kept when they are over; the oldest go first
 * @param maxText characters of a reason, a name, or a part of an analysis
 * @param asksAlways true when every stop needs an analysis to end, not only those for trouble
 * @param errorLines of a halted component's standard error that the board shows
 * @param receipts how much of the receipts is kept
 */
public record AndonLimits(
        int maxHalts,
        int maxHistory,
        int maxText,
        boolean asksAlways,
        int errorLines,
        ReceiptBounds receipts) {
    public static final AndonLimits DEFAULTS =
            new AndonLimits(1_000, 200, 1_000, false, 20, new ReceiptBounds(4 << 20, 16));

    /**
     * @param maxFileBytes a file of receipts is closed when it is longer
     * @param maxFiles files that are kept; the oldest go first
     */
    public record ReceiptBounds(long maxFileBytes, int maxFiles) {
        public ReceiptBounds {
            if (maxFileBytes < 1024 || maxFiles < 2) {
                throw new IllegalArgumentException(
                        "receipts need files of at least 1024 bytes and 2 of them: "
                                + maxFileBytes
                                + ", "
                                + maxFiles);
            }
        }
    }

    public AndonLimits {
        if (maxHalts < 1 || maxHistory < 0 || maxText < 1 || errorLines < 0) {
            throw new IllegalArgumentException(
                    "andon needs maxHalts >= 1, maxHistory >= 0, maxText >= 1, errorLines >= 0: "
                            + maxHalts
                            + ", "
                            + maxHistory
                            + ", "
                            + maxText
                            + ", "
                            + errorLines);
        }
    }

    public AndonLimits withHistory(int stops) {
        return new AndonLimits(maxHalts, stops, maxText, asksAlways, errorLines, receipts);
    }

    public AndonLimits withAnalysis(boolean always) {
        return new AndonLimits(maxHalts, maxHistory, maxText, always, errorLines, receipts);
    }

    public AndonLimits withReceipts(ReceiptBounds bounds) {
        return new AndonLimits(maxHalts, maxHistory, maxText, asksAlways, errorLines, bounds);
    }
}
