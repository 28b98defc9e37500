package io.erlmcp.telemetry;

import io.erlmcp.supervision.RestartAdvice;
import io.erlmcp.supervision.SupervisionEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes what becomes of components into the log. */
final class SupervisionLines {
    private static final Logger LOG = LoggerFactory.getLogger("io.erlmcp.events");

    private SupervisionLines() {}

    static void write(SupervisionEvent event) {
        switch (event) {
            case SupervisionEvent.Started it when it.run() > 1 ->
                    LOG.info("{} runs again, start {}", it.component(), it.run());
            case SupervisionEvent.Started it -> LOG.debug("{} runs", it.component());
            case SupervisionEvent.Failed it ->
                    LOG.warn(
                            "{} failed: {}; {}",
                            it.component(),
                            String.valueOf(it.failure().cause()),
                            words(it.advice()));
            case SupervisionEvent.Ended it -> LOG.info("{} has ended", it.component());
            case SupervisionEvent.Stopped it ->
                    LOG.debug("{} stopped in {}", it.component(), it.took());
            case SupervisionEvent.StopFailed it ->
                    LOG.error("{} failed to stop", it.component(), it.cause());
            case SupervisionEvent.MonitorFailed it ->
                    LOG.error("a bug at the end of {}", it.component(), it.cause());
            case SupervisionEvent.StartDenied it ->
                    LOG.warn("{} is not started: {}", it.component(), it.reason());
            case SupervisionEvent.Abandoned it ->
                    LOG.error(
                            "the {} of {} did not return within {}, and is left alone",
                            it.work(),
                            it.component(),
                            it.limit());
            case SupervisionEvent.AbandonedReturned it ->
                    LOG.warn("the {} of {} has returned after all", it.work(), it.component());
            case SupervisionEvent.Escalated it ->
                    LOG.error(
                            "{} gives up because of {}: {}",
                            it.component(),
                            it.child(),
                            it.reason());
            case SupervisionEvent.ChildRefused it ->
                    LOG.warn("{} was refused: its limit is {}", it.component(), it.limit());
            case SupervisionEvent.DecisionFailed it ->
                    LOG.error("a bug in a decision about {}", it.component(), it.cause());
        }
    }

    private static String words(RestartAdvice advice) {
        return switch (advice) {
            case RestartAdvice.After it ->
                    "it is started again in " + it.pause().toMillis() + " ms";
            case RestartAdvice.Degrade it -> "it is left down: " + it.reason();
            case RestartAdvice.Halt it -> "it is halted: " + it.reason();
            case RestartAdvice.Escalate it -> "its supervisor gives up: " + it.reason();
        };
    }
}
