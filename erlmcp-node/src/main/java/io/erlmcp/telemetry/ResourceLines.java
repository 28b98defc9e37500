package io.erlmcp.telemetry;

import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.health.HealthEvent;
import io.erlmcp.observability.HealthStatus;
import java.time.Duration;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log lines of the guardian and the health checks. */
final class ResourceLines {
    private static final Logger LOG = LoggerFactory.getLogger("io.erlmcp.events");

    private ResourceLines() {}

    static void write(GuardianEvent event) {
        switch (event) {
            case GuardianEvent.Warned it ->
                    LOG.warn(
                            "{} gets short: {} at {} of its limit{}; {}",
                            it.resource().word(),
                            it.what(),
                            percent(it.percent()),
                            until(it.untilHard()),
                            it.recommendation());
            case GuardianEvent.Degraded it ->
                    LOG.error(
                            "SYSTEM_DEGRADED: {} at {} of its limit: no new connections, half of"
                                    + " the usual limits, low priority is refused",
                            it.what(),
                            percent(it.percent()));
            case GuardianEvent.Eased it ->
                    LOG.info(
                            "{} is at {} of its limit, no longer {}",
                            it.resource().word(),
                            percent(it.percent()),
                            it.from());
            case GuardianEvent.LimitsRaised it ->
                    LOG.info("limits are at {} % again", it.percent());
            case GuardianEvent.Recovered it ->
                    LOG.info("nothing is held back any more, after {}", it.held());
            case GuardianEvent.SheddingBegan it ->
                    LOG.warn(
                            "calls of low priority are refused: {} at {}",
                            it.what(),
                            percent(it.percent()));
            case GuardianEvent.SheddingEnded it ->
                    LOG.info("calls of low priority are served again");
            case GuardianEvent.EmergencyStop it -> writeTrouble(it);
            case GuardianEvent.StepFailed it -> writeTrouble(it);
            case GuardianEvent.CarriersChanged it when it.isTrouble() -> writeTrouble(it);
            case GuardianEvent.CarriersChanged it ->
                    LOG.info(
                            "virtual threads have {} carriers now, {} before, at most {}: {}",
                            it.parallelism(),
                            it.before(),
                            it.most(),
                            it.parallelism() > it.before()
                                    ? "the machine is busy"
                                    : "no more are needed");
            case GuardianEvent.CarriersExhausted it -> writeTrouble(it);
            case GuardianEvent.ToolHalted it -> writeTrouble(it);
        }
    }

    private static void writeTrouble(GuardianEvent event) {
        switch (event) {
            case GuardianEvent.EmergencyStop it ->
                    LOG.error(
                            "EMERGENCY_SHUTDOWN: {} at {} of its limit; the node ends now, and runs"
                                    + " no tool after its next start until it is resumed",
                            it.what(),
                            percent(it.percent()));
            case GuardianEvent.StepFailed it ->
                    LOG.error("emergency stop: {} went wrong", it.step(), it.cause());
            case GuardianEvent.CarriersChanged it ->
                    LOG.warn(
                            "virtual threads have {} carriers now, at most {}; {} calls do not come"
                                    + " back",
                            it.parallelism(),
                            it.most(),
                            it.abandoned());
            case GuardianEvent.CarriersExhausted it ->
                    LOG.error(
                            "virtual threads waited for {} although there are {} carriers, the"
                                    + " most: calls stand still",
                            it.waited(),
                            it.parallelism());
            case GuardianEvent.ToolHalted it ->
                    LOG.error(
                            "the tool {} is halted: {} of its calls do not come back",
                            it.tool(),
                            it.abandoned());
            default -> {}
        }
    }

    static void write(HealthEvent event) {
        switch (event) {
            case HealthEvent.ComponentTurned it when it.to() == HealthStatus.HEALTHY ->
                    LOG.info("{} is healthy again", it.component());
            case HealthEvent.ComponentTurned it ->
                    LOG.warn("{} is {}: {}", it.component(), it.to(), it.detail());
            case HealthEvent.NodeTurned it ->
                    LOG.info("the node is {}, its score is {}", it.to(), it.score());
        }
    }

    private static String percent(double value) {
        return String.format(Locale.ROOT, "%.1f %%", value);
    }

    private static String until(@Nullable Duration time) {
        return time == null ? "" : ", at this rate reached in " + time.toSeconds() + " s";
    }
}
