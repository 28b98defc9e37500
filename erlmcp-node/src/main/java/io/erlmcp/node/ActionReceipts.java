package io.erlmcp.node;

import io.erlmcp.andon.ReceiptQueue;
import io.erlmcp.guardian.GuardianEvent;
import io.erlmcp.json.JsonObject;
import io.erlmcp.migration.MigrationEvent;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.recovery.Decision;
import io.erlmcp.recovery.RecoveryEvent;
import io.erlmcp.resilience.ResilienceEvent;
import io.erlmcp.runtime.Time;
import io.erlmcp.supervision.SupervisionEvent;
import io.erlmcp.upstream.UpstreamEvent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What the node does by itself and leaves a receipt of. Halts leave theirs on the andon board;
 * texts of errors stay in the log and in what recovery keeps, for they may hold secrets. Of the
 * families of events in which the node acts each one is named here, so that a new action breaks the
 * build until it is said whether it has a receipt.
 *
 * <p>Process model: hears of what happens on the threads where it happens, and waits for nothing;
 * {@link ReceiptQueue} writes.
 */
final class ActionReceipts implements Observer {
    /** The store begins to work before there is a data folder for receipts. */
    private static final int MAX_EARLY = 100;

    private static final ComponentId STORE = ComponentId.of("sessions");

    /** So many failures and restarts of one component have receipts of their own. */
    private static final int MOST_EACH = 10;

    /** Later ones have one in this time: what is connected to again for ever writes for ever. */
    private static final long AFTERWARDS_NANOS = Duration.ofHours(1).toNanos();

    private final Time time;

    /** When the last of those later ones was written, by action and component. */
    private final Map<String, Long> writtenNanos = new ConcurrentHashMap<>();

    private final AtomicBoolean hasCompared = new AtomicBoolean();

    /** Guards the change of {@code queue}, and {@code early}. */
    private final ReentrantLock lock = new ReentrantLock();

    /** What the store did before there was somebody who writes. */
    private final List<Draft> early = new ArrayList<>();

    private volatile @Nullable ReceiptQueue queue;

    private record Draft(
            String action, ComponentId component, JsonObject details, boolean isAlone) {
        void offerTo(ReceiptQueue writer) {
            if (isAlone) {
                writer.offerEach(action, component, details);
            } else {
                writer.offer(action, component, details);
            }
        }
    }

    ActionReceipts(Time time) {
        this.time = time;
    }

    /** From now on there is somebody who writes, what happened before first. */
    void on(ReceiptQueue writer) {
        lock.lock();
        try {
            early.forEach(draft -> draft.offerTo(writer));
            early.clear();
            queue = writer;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void on(Event event) {
        switch (event) {
            case GuardianEvent it -> guardian(it);
            case SupervisionEvent it -> supervision(it);
            case RecoveryEvent it -> recovery(it);
            case UpstreamEvent it -> upstream(it);
            case MigrationEvent it -> migration(it);
            case ResilienceEvent.BreakerChanged it ->
                    write(
                            "breaker." + it.to(),
                            it.component(),
                            JsonObject.of("from", it.from(), "reason", it.reason()));
            default -> {} // what is only told, or has its receipt where it is done
        }
    }

    private void guardian(GuardianEvent event) {
        switch (event) {
            case GuardianEvent.Degraded it ->
                    write(
                            "guardian.degrade",
                            ComponentId.NODE,
                            JsonObject.of(
                                    "resource",
                                    it.resource().word(),
                                    "what",
                                    it.what(),
                                    "percent",
                                    Math.round(it.percent())));
            case GuardianEvent.Recovered it ->
                    write(
                            "guardian.recover",
                            ComponentId.NODE,
                            JsonObject.of("heldMs", it.held().toMillis()));
            case GuardianEvent.LimitsRaised it ->
                    write(
                            "guardian.raise",
                            ComponentId.NODE,
                            JsonObject.of("percent", it.percent()));
            case GuardianEvent.SheddingBegan it ->
                    write("guardian.shed", ComponentId.NODE, JsonObject.of("what", it.what()));
            case GuardianEvent.SheddingEnded it ->
                    write("guardian.shed_no_more", ComponentId.NODE, JsonObject.EMPTY);
            case GuardianEvent.CarriersChanged it ->
                    write(
                            "guardian.carriers",
                            ComponentId.NODE,
                            JsonObject.of(
                                    "parallelism", it.parallelism(), "abandoned", it.abandoned()));
            case GuardianEvent.Warned it -> {}
            case GuardianEvent.Eased it -> {}
            case GuardianEvent.EmergencyStop it -> {} // a halt of the node
            case GuardianEvent.StepFailed it -> {}
            case GuardianEvent.CarriersExhausted it -> {}
            case GuardianEvent.ToolHalted it -> {} // a halt
        }
    }

    private void supervision(SupervisionEvent event) {
        switch (event) {
            case SupervisionEvent.Started it -> {
                if (it.run() > 1 && isDue("restarted", it.component(), it.run() - 1)) {
                    write("supervision.restarted", it.component(), JsonObject.of("run", it.run()));
                }
            }
            case SupervisionEvent.Abandoned it ->
                    write("supervision.abandon", it.component(), JsonObject.of("work", it.work()));
            case SupervisionEvent.Escalated it ->
                    write(
                            "supervision.escalate",
                            it.component(),
                            JsonObject.of("child", it.child().path()));
            case SupervisionEvent.Failed it -> {} // recovery decides about it
            case SupervisionEvent.StartDenied it -> {} // recovery tells it, too
            case SupervisionEvent.Ended it -> {}
            case SupervisionEvent.Stopped it -> {}
            case SupervisionEvent.StopFailed it -> {}
            case SupervisionEvent.MonitorFailed it -> {}
            case SupervisionEvent.AbandonedReturned it -> {}
            case SupervisionEvent.ChildRefused it -> {}
            case SupervisionEvent.DecisionFailed it -> {}
        }
    }

    /** Each decision has its own, until there were many in a row. */
    private void recovery(RecoveryEvent event) {
        switch (event) {
            case RecoveryEvent.Decided it -> {
                if (isDue(Decision.DECIDE, it.component(), it.diagnosis().count())) {
                    writeEach(Decision.DECIDE, it.component(), Decision.receipt(it));
                }
            }
            case RecoveryEvent.Settled it -> {
                if (isDue(Decision.OUTCOME, it.component(), it.count())) {
                    writeEach(Decision.OUTCOME, it.component(), Decision.receipt(it));
                }
            }
            case RecoveryEvent.RestartDenied it ->
                    write(Decision.DENY, it.component(), Decision.receipt(it));
            case RecoveryEvent.StepExecuted it -> {} // in the outcome
            case RecoveryEvent.PatternDetected it -> {} // in the decision
            case RecoveryEvent.HistoryGrew it -> {}
            case RecoveryEvent.HistoryForgotten it -> {}
            case RecoveryEvent.Notified it -> {}
            case RecoveryEvent.Exhausted it -> {} // a halt
            case RecoveryEvent.Recovered it -> {} // in the outcome
            case RecoveryEvent.BundleKept it -> {}
            case RecoveryEvent.NotDone it -> {}
        }
    }

    private void upstream(UpstreamEvent event) {
        switch (event) {
            case UpstreamEvent.Hung it ->
                    write(
                            "upstreams.replace",
                            it.component(),
                            JsonObject.of("missedPings", it.missedPings()));
            case UpstreamEvent.TooBig it ->
                    write(
                            "upstreams.replace",
                            it.component(),
                            JsonObject.of("bytes", it.bytes(), "most", it.most()));
            case UpstreamEvent.PutLast it ->
                    write("upstreams.put_last", it.component(), JsonObject.of("why", it.why()));
            case UpstreamEvent.PutBack it ->
                    write("upstreams.put_back", it.component(), JsonObject.EMPTY);
            case UpstreamEvent.DefinitionChanged it -> {
                if (it.held()) {
                    write(
                            "upstreams.hold",
                            it.component(),
                            JsonObject.of("kind", it.kind(), "name", it.name()));
                }
            }
            case UpstreamEvent.DefinitionAccepted it -> {} // an operator's
            case UpstreamEvent.Up it -> {}
            case UpstreamEvent.Down it -> {}
            case UpstreamEvent.QueueFilling it -> {}
            case UpstreamEvent.LeftOut it -> {}
            case UpstreamEvent.ListFailed it -> {}
            case UpstreamEvent.Retried it -> {}
            case UpstreamEvent.StaleAnswer it -> {}
            case UpstreamEvent.QuestionRefused it -> {}
            case UpstreamEvent.Said it -> {}
        }
    }

    private void migration(MigrationEvent event) {
        switch (event) {
            case MigrationEvent.Compared it -> compared(it);
            case MigrationEvent.NotCompared it ->
                    write("migration.copy_failed", STORE, JsonObject.EMPTY);
            case MigrationEvent.Reconciled it ->
                    write(
                            "migration.reconcile",
                            STORE,
                            JsonObject.of("store", it.store(), "count", it.count()));
            case MigrationEvent.EventsLost it ->
                    write("migration.give_up_events", STORE, JsonObject.of("store", it.store()));
            case MigrationEvent.Violation it ->
                    write(
                            "migration.correct",
                            STORE,
                            JsonObject.of("kind", it.kind(), "handle", it.handle()));
            case MigrationEvent.WriteQueued it -> {} // made up for, or not: that is told
            case MigrationEvent.FellBack it -> {}
        }
    }

    /** The first one says that copying is done; later ones are of interest when they did things. */
    private void compared(MigrationEvent.Compared it) {
        boolean isFirst = hasCompared.compareAndSet(false, true);
        if (isFirst || it.copied() > 0 || it.violations() > 0) {
            write(
                    "migration.copied",
                    STORE,
                    JsonObject.of(
                            "entries",
                            it.entries(),
                            "copied",
                            it.copied(),
                            "violations",
                            it.violations()));
        }
    }

    /**
     * @param inARow how often that happened without a pause
     */
    private boolean isDue(String action, ComponentId component, int inARow) {
        if (inARow <= MOST_EACH) {
            return true;
        }
        String key = action + ' ' + component;
        long now = time.nanos();
        Long before = writtenNanos.get(key);
        if (before != null && now - before < AFTERWARDS_NANOS) {
            return false;
        }
        writtenNanos.put(key, now);
        return true;
    }

    private void write(String action, ComponentId component, JsonObject details) {
        write(new Draft(action, component, details, false));
    }

    private void writeEach(String action, ComponentId component, JsonObject details) {
        write(new Draft(action, component, details, true));
    }

    private void write(Draft draft) {
        ReceiptQueue writer = queue;
        if (writer == null) {
            writer = writerOrKept(draft);
        }
        if (writer != null) {
            draft.offerTo(writer);
        }
    }

    /** Who writes after all; null when the draft waits, or there is no room for it. */
    private @Nullable ReceiptQueue writerOrKept(Draft draft) {
        lock.lock();
        try {
            if (queue == null && early.size() < MAX_EARLY) {
                early.add(draft);
            }
            return queue;
        } finally {
            lock.unlock();
        }
    }
}
