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

    @Override
    public EventLog create(String sessionId) {
        return new MemoryEventLog(epoch, bounds, budget);
    }
}
