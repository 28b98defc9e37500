package io.erlmcp.session;

import java.time.Instant;

/** Events in this process only. */
final class MemoryEventLogs implements EventLogs {
    private final String epoch;
    private final SessionLimits.EventBounds bounds;
    private final EventBudget budget;

    /**
     * @param started when this server was made, which tells its event ids from those of others
     */
    MemoryEventLogs(Instant started, SessionLimits.EventBounds bounds) {
        this.epoch = Long.toString(started.toEpochMilli(), Character.MAX_RADIX);
        this.bounds = bounds;
        this.budget = new EventBudget(bounds.maxNodeBytes());
    }

    /** What keeps events in memory beside {@code logs}: those themselves where they do. */
    static EventLogs beside(EventLogs logs, Instant started, SessionLimits.EventBounds bounds) {
        return logs instanceof MemoryEventLogs ? logs : new MemoryEventLogs(started, bounds);
    }

    @Override
    public EventLog create(String sessionId) {
        return new MemoryEventLog(epoch, bounds, budget);
    }
}
