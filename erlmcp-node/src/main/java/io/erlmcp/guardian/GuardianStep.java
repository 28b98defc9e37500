package io.erlmcp.guardian;

import io.erlmcp.guardian.GuardianState.Watch;
import io.erlmcp.observability.ResourceLevel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the guardian decides: a pure function of what it remembers and what it sees. A resource
 * climbs one level with each look, so that whoever watches hears of them in order; no single look
 * makes the node hold back or end.
 */
public final class GuardianStep {
    private final GuardianConfig config;

    public GuardianStep(GuardianConfig config) {
        this.config = config;
    }

    /**
     * What came of a look.
     *
     * @param events in order; the last one may be an emergency stop, after which nothing counts
     */
    public record Outcome(GuardianState state, List<GuardianEvent> events) {
        public Outcome {
            events = List.copyOf(events);
        }

        Optional<GuardianEvent.EmergencyStop> emergency() {
            return events.stream()
                    .filter(GuardianEvent.EmergencyStop.class::isInstance)
                    .map(GuardianEvent.EmergencyStop.class::cast)
                    .findFirst();
        }
    }

    /** The next state, and what to tell. */
    public Outcome step(GuardianState state, Sample sample) {
        List<GuardianEvent> events = new ArrayList<>();
        Map<Resource, Watch> watches = new EnumMap<>(Resource.class);
        for (Resource resource : Resource.values()) {
            Reading reading = sample.of(resource);
            watches.put(
                    resource, look(resource, state.of(resource), reading, sample.nanos(), events));
        }
        GuardianState seen =
                new GuardianState(
                        watches,
                        state.percent(),
                        state.heldSinceNanos(),
                        state.shedding(),
                        state.pressed());
        return new Outcome(shed(hold(seen, sample.nanos(), events), sample, events), events);
    }

    /** The next state where somebody else knows that a resource is short. */
    Outcome forced(GuardianState state, GuardianEvent.Degraded event, long nanos) {
        Resource resource = event.resource();
        GuardianState changed = state.with(resource, state.of(resource).at(ResourceLevel.DEGRADED));
        List<GuardianEvent> events = new ArrayList<>(List.of(event));
        return new Outcome(changed.isHolding() ? hold(changed, nanos, events) : changed, events);
    }

    private Watch look(
            Resource resource,
            Watch before,
            Reading reading,
            long nanos,
            List<GuardianEvent> events) {
        Thresholds limits = config.of(resource);
        double percent = reading.percent();
        ResourceLevel seen = seen(resource, limits, reading);
        boolean isShort = seen.compareTo(ResourceLevel.DEGRADED) >= 0;
        boolean isSpent = seen == ResourceLevel.EMERGENCY;
        boolean isBelow = limits.isBelow(before.level(), percent) && !isShort;
        Watch watch =
                new Watch(
                        before.level(),
                        isShort ? before.degrading() + 1 : 0,
                        isSpent ? before.ending() + (reading.isFresh() ? 1 : 0) : 0,
                        isBelow ? before.below() + 1 : 0,
                        before.trend().plus(nanos, percent));
        ResourceLevel next = next(watch, seen);
        if (next == watch.level()) {
            return watch;
        }
        events.add(event(resource, watch, next, reading));
        return watch.at(next);
    }

    private static ResourceLevel seen(Resource resource, Thresholds limits, Reading reading) {
        ResourceLevel level = limits.levelAt(reading.percent(), reading.hardPercent());
        return level == ResourceLevel.EMERGENCY && resource.isBounded()
                ? ResourceLevel.DEGRADED
                : level;
    }

    private static ResourceLevel next(Watch watch, ResourceLevel seen) {
        if (watch.below() >= GuardianConfig.CONFIRMATIONS) {
            return watch.level() == ResourceLevel.WARN ? ResourceLevel.NORMAL : ResourceLevel.WARN;
        }
        boolean climbs =
                switch (watch.level()) {
                    case NORMAL -> seen.compareTo(ResourceLevel.WARN) >= 0;
                    case WARN -> watch.degrading() >= GuardianConfig.CONFIRMATIONS;
                    case DEGRADED -> watch.ending() >= GuardianConfig.CONFIRMATIONS;
                    case EMERGENCY -> false;
                };
        return climbs ? above(watch.level()) : watch.level();
    }

    private static ResourceLevel above(ResourceLevel level) {
        return switch (level) {
            case NORMAL -> ResourceLevel.WARN;
            case WARN -> ResourceLevel.DEGRADED;
            case DEGRADED, EMERGENCY -> ResourceLevel.EMERGENCY;
        };
    }

    private GuardianEvent event(
            Resource resource, Watch watch, ResourceLevel next, Reading reading) {
        if (next.compareTo(watch.level()) < 0) {
            return new GuardianEvent.Eased(resource, watch.level(), reading.percent());
        }
        return switch (next) {
            case NORMAL, WARN ->
                    new GuardianEvent.Warned(
                            resource,
                            reading.what(),
                            reading.percent(),
                            watch.trend().until(config.of(resource).hard()).orElse(null),
                            resource.recommendation());
            case DEGRADED ->
                    new GuardianEvent.Degraded(resource, reading.what(), reading.percent());
            case EMERGENCY ->
                    new GuardianEvent.EmergencyStop(
                            resource, reading.what(), reading.hardPercent());
        };
    }

    /** Holds back while something is short, and comes back step by step. */
    private GuardianState hold(GuardianState state, long nanos, List<GuardianEvent> events) {
        if (state.isHolding()) {
            long since = state.percent() == 100 ? nanos : state.heldSinceNanos();
            return new GuardianState(
                    state.watches(),
                    config.keepPercent(),
                    since,
                    state.shedding(),
                    state.pressed());
        }
        if (state.percent() == 100) {
            return state;
        }
        int percent = Math.min(100, state.percent() + config.stepPercent());
        events.add(
                percent == 100
                        ? new GuardianEvent.Recovered(
                                Duration.ofNanos(nanos - state.heldSinceNanos()))
                        : new GuardianEvent.LimitsRaised(percent));
        return new GuardianState(
                state.watches(),
                percent,
                state.heldSinceNanos(),
                state.shedding(),
                state.pressed());
    }

    private GuardianState shed(GuardianState state, Sample sample, List<GuardianEvent> events) {
        GuardianConfig.Pressure pressure = config.pressure();
        if (!pressure.isEnabled()) {
            return state;
        }
        double memory = sample.of(Resource.MEMORY).percent();
        boolean isOver =
                memory >= pressure.memoryPercent() || sample.cpuPercent() >= pressure.cpuPercent();
        boolean isUnder =
                memory < pressure.memoryPercent() - Thresholds.BAND
                        && sample.cpuPercent() < pressure.cpuPercent() - Thresholds.BAND;
        int pressed = (state.shedding() ? isUnder : isOver) ? state.pressed() + 1 : 0;
        if (pressed < GuardianConfig.CONFIRMATIONS) {
            return pressed(state, state.shedding(), pressed);
        }
        if (state.shedding()) {
            events.add(new GuardianEvent.SheddingEnded());
        } else {
            boolean isMemory = memory >= pressure.memoryPercent();
            events.add(
                    new GuardianEvent.SheddingBegan(
                            isMemory ? "memory" : "cpu", isMemory ? memory : sample.cpuPercent()));
        }
        return pressed(state, !state.shedding(), 0);
    }

    private static GuardianState pressed(GuardianState state, boolean shedding, int pressed) {
        return new GuardianState(
                state.watches(), state.percent(), state.heldSinceNanos(), shedding, pressed);
    }
}
