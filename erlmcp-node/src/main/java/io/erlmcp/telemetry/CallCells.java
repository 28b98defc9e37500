package io.erlmcp.telemetry;

import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.protocol.Revision;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The cells of one method or tool, found by ordinals. For all threads: a race makes one twice. */
final class CallCells {
    private static final int OUTCOMES = DispatchEvent.Outcome.values().length;

    private final AtomicReferenceArray<Latencies.@Nullable Cell> cells =
            new AtomicReferenceArray<>(OUTCOMES * Revision.values().length);

    /**
     * The cell of an outcome and a revision; their places are nobody else's business.
     *
     * @param cell asked at the first time; always gives the same for the same outcome and revision
     */
    @SuppressWarnings("EnumOrdinal")
    Latencies.Cell get(
            DispatchEvent.Outcome outcome, Revision revision, Supplier<Latencies.Cell> cell) {
        int index = revision.ordinal() * OUTCOMES + outcome.ordinal();
        Latencies.Cell known = cells.get(index);
        if (known == null) {
            known = cell.get();
            cells.set(index, known);
        }
        return known;
    }
}
