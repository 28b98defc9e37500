package io.erlmcp.telemetry;

import io.erlmcp.andon.AndonEvent;
import io.erlmcp.andon.Halt;
import io.erlmcp.andon.Stop;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What happens around the andon cord, as lines of the log; receipts are the audit log. */
final class AndonLines {
    private static final Logger LOG = LoggerFactory.getLogger("io.erlmcp.events");
    private static final Logger AUDIT = LoggerFactory.getLogger("io.erlmcp.audit");

    private AndonLines() {}

    static void on(AndonEvent event) {
        switch (event) {
            case AndonEvent.Halted it -> halted(it.halt());
            case AndonEvent.Resumed it -> resumed(it.stop());
            case AndonEvent.CallDenied it -> {}
            case AndonEvent.CallsDenied it ->
                    LOG.warn(
                            "{} calls were refused because {} is halted, the last of {}",
                            it.count(),
                            it.component(),
                            it.method());
            case AndonEvent.StartDenied it ->
                    LOG.warn("{} is not started: {}", it.component(), describe(it));
            case AndonEvent.PhaseChanged it ->
                    LOG.info("{} is {}", it.component(), it.phase().text());
            case AndonEvent.DrainFinished it ->
                    LOG.info(
                            "{} stopped after {}: {} calls ended, {} were cut",
                            it.component(),
                            it.took(),
                            it.drained(),
                            it.forced());
            case AndonEvent.HaltsHeld it -> {}
            case AndonEvent.ReceiptWritten it ->
                    AUDIT.info(
                            "receipt {}: {} {} by {}",
                            it.receipt().number(),
                            it.receipt().action(),
                            it.receipt().component(),
                            it.receipt().who());
            case AndonEvent.NotKept it ->
                    LOG.error("{} could not be kept: {}", it.what(), it.problem());
            case AndonEvent.Unreadable it ->
                    LOG.error("{} is not what was written: {}", it.what(), it.problem());
            case AndonEvent.StateSaved it ->
                    LOG.info(
                            "{} left to the next run: {} sessions, {} pending requests, {} bytes",
                            it.component(),
                            it.sessions(),
                            it.pending(),
                            it.bytes());
            case AndonEvent.StateRestored it ->
                    LOG.info(
                            "{} restored: {} sessions, {} pending requests",
                            it.component(),
                            it.sessions(),
                            it.pending());
            case AndonEvent.StateExpired it ->
                    LOG.warn("what {} left is {} old, too old", it.component(), it.age());
        }
    }

    private static void halted(Halt halt) {
        LOG.warn(
                "COMPONENT_HALTED: {} is {} ({}), by {}: {}",
                halt.component(),
                halt.state().text(),
                halt.category().text(),
                halt.who(),
                halt.reason());
    }

    private static void resumed(Stop stop) {
        LOG.warn(
                "{} goes on after {}{}, by {}",
                stop.halt().component(),
                stop.lasted(),
                stop.isForced() ? ", by force" : "",
                stop.resumedBy());
    }

    private static String describe(AndonEvent.StartDenied denied) {
        return denied.halt().component()
                + " is "
                + denied.halt().state().text()
                + " since "
                + denied.halt().since();
    }
}
