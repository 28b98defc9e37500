package io.erlmcp.telemetry;

import io.erlmcp.andon.AndonEvent;
import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.health.HealthEvent;
import io.erlmcp.http.HttpEvent;
import io.erlmcp.migration.MigrationEvent;
import io.erlmcp.network.ConnectionEvent;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.recovery.RecoveryEvent;
import io.erlmcp.resilience.ResilienceEvent;
import io.erlmcp.session.SessionEvent;
import io.erlmcp.store.StoreEvent;
import io.erlmcp.supervision.SupervisionEvent;
import io.erlmcp.task.TaskEvent;
import io.erlmcp.upstream.UpstreamEvent;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Writes the events that an operator should see into the log. */
public final class EventLines implements Observer {
    private static final Logger LOG = LoggerFactory.getLogger("io.erlmcp.events");

    @Override
    public void on(Event event) {
        switch (event) {
            case DispatchEvent it -> onCall(it);
            case SessionEvent.AuthenticationFailed it ->
                    LOG.warn("a caller was not let in: {} {}", it.transport(), it.address());
            case SessionEvent.SessionOpened it ->
                    LOG.debug(
                            "session opened: {} {} {}",
                            it.transport(),
                            it.revision(),
                            it.principal());
            case SessionEvent.SessionClosed it ->
                    LOG.debug("session closed: {} {}", it.transport(), it.reason());
            case SessionEvent.EndedSessionsLeft it ->
                    LOG.warn("{} ended sessions are still stored: {}", it.count(), it.reason());
            case SessionEvent.SessionRevived it ->
                    LOG.debug("session revived: {} {}", it.transport(), it.principal());
            case SessionEvent.AcceptedRequestsLeft it ->
                    LOG.warn("accepted requests of a session were not run: {}", it.reason());
            case SessionEvent.ReplayRefused it ->
                    LOG.debug("asked over {} for events that are gone", it.transport());
            case StoreEvent it -> onStore(it);
            case GuardianEvent it -> ResourceLines.write(it);
            case HealthEvent it -> ResourceLines.write(it);
            case UpstreamEvent it -> UpstreamLines.write(LOG, it);
            case ResilienceEvent.BreakerChanged it -> onBreaker(it);
            case MigrationEvent it -> onMigration(it);
            case SupervisionEvent it -> SupervisionLines.write(it);
            case AndonEvent it -> AndonLines.on(it);
            case RecoveryEvent it -> RecoveryLines.write(it);
            case TaskEvent it -> onTask(it);
            case HttpEvent.SlowReaderCut it ->
                    slowReader(it.peer(), it.reason() + "; unsent bytes: " + it.unsentBytes());
            case SessionEvent.SlowReaderCut it -> slowReader(it.transport(), it.reason());
            case HttpEvent.AcceptPaused it ->
                    LOG.warn(
                            "no connections are accepted at {} open ones: {}",
                            it.open(),
                            it.reason());
            case HttpEvent.AcceptResumed it ->
                    LOG.info("connections are accepted again after {}", it.pause());
            case HttpEvent.RequestRefused it ->
                    LOG.debug(
                            "refused a request of {} with {}: {}",
                            it.peer(),
                            it.status(),
                            it.reason());
            case HttpEvent.HandlerFailed it ->
                    LOG.error("a bug while answering {}", it.path(), it.failure());
            case ConnectionEvent connection -> connection(connection);
            default -> {}
        }
    }

    private static void onBreaker(ResilienceEvent.BreakerChanged it) {
        LOG.warn(
                "{}the circuit breaker of {} went from {} to {}: {}",
                it.to().equals("open") ? "CIRCUIT_BREAKER_OPEN: " : "",
                it.component(),
                it.from(),
                it.to(),
                it.reason());
    }

    private static void onCall(DispatchEvent event) {
        switch (event) {
            case DispatchEvent.CallAbandoned it ->
                    LOG.warn(
                            "a call of {} {} was answered at its deadline, but its thread goes on:"
                                    + " {}",
                            it.method(),
                            it.target(),
                            it.threadName());
            case DispatchEvent.LoopBlocked it ->
                    LOG.warn(
                            "{} {} is declared non-blocking, but held an event loop for {} ms",
                            it.method(),
                            it.target(),
                            it.nanos() / 1_000_000);
            case DispatchEvent.QueueFilling it ->
                    LOG.warn(
                            "{} calls are waiting for a place; the warning is at {}, the limit is"
                                    + " {}",
                            it.waiting(),
                            it.warn(),
                            it.max());
            case DispatchEvent.CallFinished it when LOG.isDebugEnabled() ->
                    LOG.debug(
                            "{} {} {} {} us",
                            it.method(),
                            it.target() == null ? "" : it.target(),
                            it.outcome(),
                            it.nanos() / 1000);
            case DispatchEvent.AbandonedCallEnded it ->
                    LOG.info("an abandoned call of {} {} came back", it.method(), it.target());
            default -> {}
        }
    }

    private static void slowReader(String whom, String why) {
        LOG.warn("cut a peer that does not read: {}, {}", whom, why);
    }

    private static void connection(ConnectionEvent event) {
        switch (event) {
            case ConnectionEvent.AcceptPaused it ->
                    LOG.warn(
                            "no {} connections are accepted at {} open ones: {}",
                            it.transport(),
                            it.open(),
                            it.reason());
            case ConnectionEvent.AcceptResumed it ->
                    LOG.info(
                            "{} connections are accepted again after {}",
                            it.transport(),
                            it.pause());
            case ConnectionEvent.HandshakeFailed it ->
                    LOG.debug("{} {}: no TLS: {}", it.transport(), it.peer(), it.reason());
            case ConnectionEvent.Malformed it ->
                    LOG.debug("no message from {} {}: {}", it.transport(), it.peer(), it.reason());
            case ConnectionEvent.HandlerFailed it ->
                    LOG.error("a bug while serving {}", it.transport(), it.failure());
            case ConnectionEvent.Rejected it ->
                    LOG.debug(
                            "no {} connection for {}: {} are open",
                            it.transport(),
                            it.peer(),
                            it.open());
            case ConnectionEvent.Opened it -> {}
            case ConnectionEvent.Closed it -> {}
        }
    }

    private static void onMigration(MigrationEvent event) {
        switch (event) {
            case MigrationEvent.WriteQueued it ->
                    LOG.warn(
                            "migration: {} lacks what could not be written to it: {}",
                            it.store(),
                            it.reason());
            case MigrationEvent.FellBack it ->
                    LOG.debug("migration: {} was asked instead: {}", it.store(), it.reason());
            case MigrationEvent.EventsLost it ->
                    LOG.warn(
                            "migration: {} does not keep the events of a session: {}",
                            it.store(),
                            it.reason());
            case MigrationEvent.Reconciled it ->
                    LOG.info("migration: {} got {} changes that it lacked", it.store(), it.count());
            case MigrationEvent.NotCompared it ->
                    LOG.warn(
                            "migration: not everything could be compared or copied, it is tried"
                                    + " again: {}",
                            it.reason());
            case MigrationEvent.Violation it ->
                    LOG.error(
                            "migration: the stores must not differ: {} {} {}",
                            it.kind(),
                            it.handle(),
                            it.what());
            case MigrationEvent.Compared it ->
                    LOG.info(
                            "migration: both stores were compared: {} entries, {} copied, {}"
                                    + " violations",
                            it.entries(),
                            it.copied(),
                            it.violations());
        }
    }

    private static void onTask(TaskEvent event) {
        switch (event) {
            case TaskEvent.TaskCreated it -> LOG.debug("task of {} began", it.name());
            case TaskEvent.TaskEnded it ->
                    LOG.debug(
                            "task of {} ended: {} after {} ms",
                            it.name(),
                            it.status(),
                            it.nanos() / 1_000_000);
            case TaskEvent.TaskRefused it ->
                    LOG.warn("a task of {} was refused: {}", it.name(), it.reason());
            case TaskEvent.TasksExpired it -> LOG.debug("{} tasks expired", it.count());
            case TaskEvent.TasksInterrupted it ->
                    LOG.warn(
                            "{} tasks ran when the node died; they have failed and are not run"
                                    + " again",
                            it.count());
            case TaskEvent.TaskAbandoned it ->
                    LOG.warn(
                            "a task of {} was stopped, but its thread goes on: {}",
                            it.name(),
                            it.threadName());
            case TaskEvent.TaskUnsaved it ->
                    LOG.warn(
                            "the end of a task of {} could not be stored, and is tried again: {}",
                            it.name(),
                            it.reason());
        }
    }

    private static void onStore(StoreEvent event) {
        switch (event) {
            case StoreEvent.WritesFailed it ->
                    LOG.error(
                            "the store takes no writes, nothing that needs one is acknowledged: {}",
                            it.reason());
            case StoreEvent.WritesResumed it ->
                    LOG.warn("the store takes writes again after {}", it.outage());
            case StoreEvent.DamageFound it ->
                    LOG.error("the store gave what was never written, not used: {}", it.what());
            case StoreEvent.Synced it -> LOG.trace("{} changes synced", it.changes());
        }
    }
}
