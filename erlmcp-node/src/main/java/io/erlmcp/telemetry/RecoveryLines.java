package io.erlmcp.telemetry;

import io.erlmcp.recovery.Diagnosis;
import io.erlmcp.recovery.PlanStep;
import io.erlmcp.recovery.RecoveryEvent;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What recovery decides and does, as lines of the log. */
final class RecoveryLines {
    private static final Logger LOG = LoggerFactory.getLogger("io.erlmcp.events");

    private RecoveryLines() {}

    static void write(RecoveryEvent event) {
        switch (event) {
            case RecoveryEvent.Decided it -> decided(it);
            case RecoveryEvent.Settled it ->
                    LOG.debug(
                            "{}: the decision about its failure of {} came to this: {}",
                            it.component(),
                            it.failedAt(),
                            it.outcome().text());
            case RecoveryEvent.StepExecuted it ->
                    LOG.info(
                            "{}: {} {}{}",
                            it.component(),
                            it.step().text(),
                            it.result().text(),
                            it.detail().isEmpty() ? "" : ": " + it.detail());
            case RecoveryEvent.PatternDetected it ->
                    LOG.info("{}: its failures show {}", it.component(), it.pattern().text());
            case RecoveryEvent.HistoryGrew it -> {}
            case RecoveryEvent.HistoryForgotten it ->
                    LOG.debug("the failures of {} are forgotten", it.component());
            case RecoveryEvent.Notified it ->
                    LOG.warn(
                            "{} does not recover ({}, failure {} in a row): {}",
                            it.component(),
                            it.type().text(),
                            it.count(),
                            it.error());
            case RecoveryEvent.Exhausted it ->
                    LOG.error("RECOVERY_EXHAUSTED: {} {}", it.component(), it.reason());
            case RecoveryEvent.Recovered it ->
                    LOG.info("{} has recovered: it lasts for {}", it.component(), it.lasted());
            case RecoveryEvent.RestartDenied it ->
                    // the andon board and the supervisor say it too, as warnings
                    LOG.debug("{} is not started: {}", it.component(), it.reason());
            case RecoveryEvent.BundleKept it ->
                    LOG.info(
                            "{}: what shows what happened is kept ({} characters)",
                            it.component(),
                            it.chars());
            case RecoveryEvent.NotDone it ->
                    LOG.error(
                            "{}: the {} was ordered and not done: {}",
                            it.component(),
                            it.what(),
                            it.problem());
        }
    }

    private static void decided(RecoveryEvent.Decided it) {
        Diagnosis found = it.diagnosis();
        if (!it.plan().isEmpty()) {
            LOG.info(
                    "{}: {}, failure {} in a row{}: the plan is {}",
                    it.component(),
                    found.type().text(),
                    found.count(),
                    found.root() == null ? "" : ", because of " + found.root(),
                    words(it.plan()));
        }
    }

    private static String words(List<PlanStep> steps) {
        return String.join(", ", steps.stream().map(PlanStep::text).toList());
    }
}
