package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.recovery.ComponentRecovery.OpenDecision;
import io.erlmcp.recovery.ComponentRecovery.Plan;
import io.erlmcp.recovery.RecoveryState.Score;
import io.erlmcp.recovery.RecoveryState.Tried;
import io.erlmcp.supervision.Now;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One step of recovery at work, on one component. Used once. */
final class RecoveryTurn {
    private static final int MAX_RECENT = 100;

    private final RecoveryLimits limits;
    private final RecoveryState before;
    private final ComponentId component;
    private final Now now;
    private final Map<ComponentId, Long> up;
    private final Map<Tried, Score> scores;
    private final List<RecentFailure> recent;
    private final List<RecoveryEffect> effects = new ArrayList<>();

    /** What became of the steps of the decision that is made, or that was made last. */
    private final Map<PlanStep, StepResult> results = new EnumMap<>(PlanStep.class);

    private ComponentRecovery known;
    private boolean hasFailed;

    RecoveryTurn(RecoveryLimits limits, RecoveryState before, ComponentId component, Now now) {
        this.limits = limits;
        this.before = before;
        this.component = component;
        this.now = now;
        up = new LinkedHashMap<>(before.upSinceNanos());
        scores = new HashMap<>(before.effects());
        recent = new ArrayList<>(before.recent());
        known = before.of(component);
    }

    RecoveryStep.Outcome outcome() {
        Map<ComponentId, ComponentRecovery> all = new LinkedHashMap<>(before.components());
        if (hasFailed || known.equals(ComponentRecovery.NONE)) {
            all.remove(component); // the newest failure stands last
        }
        if (!known.equals(ComponentRecovery.NONE)) {
            all.put(component, known);
        }
        while (all.size() > limits.components()) {
            forget(all);
        }
        while (up.size() > limits.components()) {
            up.remove(up.keySet().iterator().next());
        }
        return new RecoveryStep.Outcome(new RecoveryState(all, up, recent, scores), effects);
    }

    private void forget(Map<ComponentId, ComponentRecovery> all) {
        ComponentId oldest = all.keySet().iterator().next();
        all.remove(oldest);
        tell(new RecoveryEvent.HistoryForgotten(oldest));
        effects.add(new RecoveryEffect.Show(oldest, Condition.FINE, FailureClass.UNKNOWN, ""));
    }

    // ---- a failure ----

    void failed(RecoveryInput.Failed input) {
        FailureFacts facts = input.facts();
        RecoveryInput.Answer answer = input.answer();
        Duration ran = RecoveryStep.ran(before, component, now);
        if (ran != null && ran.compareTo(known.period()) >= 0) {
            lasted(ran);
        }
        boolean isOver = facts.limits().isUsedUp(facts.failure());
        Diagnosis diagnosis = RecoveryStep.diagnose(before, facts, now, limits);
        followUp(facts, isOver);
        record(facts, diagnosis, ran);
        boolean hasPlan = answer != RecoveryInput.Answer.LEFT_DOWN;
        decided(input, diagnosis, hasPlan);
        if (hasPlan) {
            select(facts, diagnosis, isOver || answer == RecoveryInput.Answer.GIVES_UP, answer);
        }
        up.remove(component);
    }

    private void decided(RecoveryInput.Failed input, Diagnosis diagnosis, boolean hasPlan) {
        FailureAnalysis.Prediction next = FailureAnalysis.predict(known.history()).orElseThrow();
        tell(
                new RecoveryEvent.Decided(
                        component,
                        diagnosis,
                        input.facts().failure().at(),
                        input.advice(),
                        hasPlan ? Plans.of(diagnosis.type(), diagnosis.count()) : List.of(),
                        input.facts().text().error(),
                        next));
    }

    /** What is left of a plan whose restart did not last. */
    private void followUp(FailureFacts facts, boolean isOver) {
        Plan plan = known.plan();
        if (plan != null) {
            known = known.with((Plan) null);
            done(plan, plan.step(), StepResult.FAILED, facts.text().error());
            plan.left().forEach(step -> late(plan, step, facts, isOver));
        }
        settle(DecisionOutcome.FAILED_AGAIN);
    }

    /** A step that was to come if the restart does not last. */
    private void late(Plan plan, PlanStep step, FailureFacts facts, boolean isOver) {
        switch (step) {
            case DEGRADE -> {
                worsen(Condition.DEGRADED, plan.type(), facts.text().error());
                done(plan, step, StepResult.SUCCEEDED, "its health is degraded");
            }
            case NOTIFY -> inform(plan, facts);
            case MANUAL -> {
                if (!isOver) {
                    done(plan, step, StepResult.DEFERRED, "restarts are left");
                }
            }
            case INVESTIGATE, ATTEMPT -> throw new IllegalStateException(step + " is late");
        }
    }

    /** What came of the decision that was open, if there was one. */
    private void settle(DecisionOutcome outcome) {
        OpenDecision open = known.open();
        if (open != null) {
            known = known.with((OpenDecision) null);
            tell(open.settled(component, outcome, results));
        }
        results.clear();
    }

    private void record(FailureFacts facts, Diagnosis diagnosis, @Nullable Duration ran) {
        FailureEntry entry =
                new FailureEntry(
                        now.nanos(),
                        facts.failure().at(),
                        facts.text(),
                        ran,
                        diagnosis.type(),
                        diagnosis.count(),
                        diagnosis.root());
        known = known.with(entry, limits.history()).within(facts.limits().intensity().period());
        hasFailed = true;
        recent.add(new RecentFailure(component, now.nanos(), diagnosis.root()));
        if (recent.size() > MAX_RECENT) {
            recent.removeFirst();
        }
        tell(new RecoveryEvent.HistoryGrew(component, known.history().size()));
        diagnosis.patterns().forEach(it -> tell(new RecoveryEvent.PatternDetected(component, it)));
    }

    private void select(
            FailureFacts facts, Diagnosis diagnosis, boolean isOver, RecoveryInput.Answer answer) {
        List<PlanStep> steps = Plans.of(diagnosis.type(), diagnosis.count());
        for (int at = 0; at < steps.size(); at++) {
            Plan plan = new Plan(diagnosis.type(), diagnosis.count(), steps, at);
            if (take(plan, facts, isOver, answer)) {
                known = known.with(plan);
                break;
            }
        }
        known =
                known.with(
                        new OpenDecision(
                                diagnosis.type(),
                                diagnosis.count(),
                                facts.failure().at(),
                                results));
        if (answer == RecoveryInput.Answer.GIVES_UP) {
            settle(DecisionOutcome.ESCALATED);
        } else if (isOver) {
            settle(DecisionOutcome.HALTED);
        }
    }

    /**
     * @return whether the rest has to wait for what comes of this step
     */
    private boolean take(
            Plan plan, FailureFacts facts, boolean isOver, RecoveryInput.Answer answer) {
        PlanStep step = plan.step();
        switch (step) {
            case INVESTIGATE -> investigate(plan, facts);
            case ATTEMPT, DEGRADE -> {
                if (isOver) {
                    done(plan, step, StepResult.REFUSED, "no restart is left");
                    return false;
                }
                restart(plan, facts);
                return true;
            }
            case NOTIFY -> inform(plan, facts);
            case MANUAL -> manual(plan, facts, answer);
        }
        return false;
    }

    private void restart(Plan plan, FailureFacts facts) {
        count(plan.type(), plan.step(), 1, 0);
        if (plan.step() == PlanStep.DEGRADE) {
            worsen(Condition.DEGRADED, plan.type(), facts.text().error());
            facts.holdBack().ifPresent(effects::add);
        }
        String wait = facts.refused().isPositive() ? ", not before its breaker lets it" : "";
        done(plan, plan.step(), StepResult.STARTED, "it is started again" + wait);
    }

    private void investigate(Plan plan, FailureFacts facts) {
        Long last = known.investigatedNanos();
        if (last != null && now.nanos() - last < limits.bundles().pause().toNanos()) {
            done(plan, PlanStep.INVESTIGATE, StepResult.SKIPPED, "it was looked at just now");
            return;
        }
        look(plan.type(), facts.text().error());
        done(plan, PlanStep.INVESTIGATE, StepResult.STARTED, "");
    }

    private void look(FailureClass type, String error) {
        known = known.investigated(now.nanos());
        count(type, PlanStep.INVESTIGATE, 1, 0);
        effects.add(new RecoveryEffect.Investigate(component, type, error));
    }

    private void inform(Plan plan, FailureFacts facts) {
        count(plan.type(), PlanStep.NOTIFY, 1, 1);
        done(plan, PlanStep.NOTIFY, StepResult.SUCCEEDED, facts.text().error());
        tell(
                new RecoveryEvent.Notified(
                        component, plan.type(), plan.count(), facts.text().message()));
    }

    private void manual(Plan plan, FailureFacts facts, RecoveryInput.Answer answer) {
        if (answer == RecoveryInput.Answer.GIVES_UP) {
            done(plan, PlanStep.MANUAL, StepResult.DEFERRED, "its supervisor gives up");
            return;
        }
        if (!facts.limits().isUsedUp(facts.failure())) {
            done(plan, PlanStep.MANUAL, StepResult.DEFERRED, "restarts are left");
            return;
        }
        String reason = facts.exhausted(plan.type());
        count(plan.type(), PlanStep.MANUAL, 1, 1);
        worsen(Condition.HALTED, plan.type(), facts.text().error());
        effects.add(new RecoveryEffect.Halt(component, plan.type(), plan.count(), reason));
        done(plan, PlanStep.MANUAL, StepResult.SUCCEEDED, "an operator has to resume it");
        tell(new RecoveryEvent.Exhausted(component, plan.type(), plan.count(), reason));
        Long last = known.investigatedNanos();
        if (last == null || last != now.nanos()) {
            // the board shows what it was like at the end
            look(plan.type(), facts.text().error());
        }
    }

    // ---- what comes of it ----

    void stopped() {
        up.remove(component);
    }

    void started() {
        up.remove(component); // so that the newest stands last
        up.put(component, now.nanos());
        if (known.condition() == Condition.HALTED) {
            show(Condition.DEGRADED);
        }
        if (known.open() != null || known.condition() != Condition.FINE) {
            effects.add(new RecoveryEffect.Wake(component, now.nanos(), known.period()));
        }
    }

    void due(long sinceNanos) {
        Long since = up.get(component);
        if (since != null && since == sinceNanos) {
            lasted(Duration.ofNanos(now.nanos() - since));
        }
    }

    /** It ran for the period: what was done has helped. */
    private void lasted(Duration ran) {
        Plan plan = known.plan();
        boolean isNews = plan != null || known.condition() != Condition.FINE;
        if (plan != null) {
            count(plan.type(), plan.step(), 0, 1);
            done(plan, plan.step(), StepResult.SUCCEEDED, "it lasts");
            plan.left().forEach(it -> done(plan, it, StepResult.SKIPPED, "not needed"));
            known = known.with((Plan) null);
        }
        settle(DecisionOutcome.LASTED);
        if (isNews) {
            show(Condition.FINE);
            tell(new RecoveryEvent.Recovered(component, ran));
        }
    }

    void investigated(FailureClass type, boolean isKept) {
        count(type, PlanStep.INVESTIGATE, 0, isKept ? 1 : 0);
        StepResult result = isKept ? StepResult.SUCCEEDED : StepResult.FAILED;
        OpenDecision open = known.open();
        if (open != null && open.steps().get(PlanStep.INVESTIGATE) == StepResult.STARTED) {
            known = known.with(open.with(PlanStep.INVESTIGATE, result));
        }
        int count = known.history().isEmpty() ? 1 : known.history().getLast().count();
        tell(
                new RecoveryEvent.StepExecuted(
                        component, type, count, PlanStep.INVESTIGATE, result, ""));
    }

    /** Whoever halted it, and when: this may be the first start of a node. */
    void denied(String reason) {
        drop(DecisionOutcome.DENIED);
        show(Condition.HALTED);
        tell(new RecoveryEvent.RestartDenied(component, reason));
    }

    void resumed() {
        drop(DecisionOutcome.RESUMED);
        show(Condition.FINE);
    }

    /** Somebody else decided. */
    private void drop(DecisionOutcome outcome) {
        known = known.with((Plan) null);
        settle(outcome);
    }

    // ---- small parts ----

    private void worsen(Condition other, FailureClass type, String error) {
        if (known.condition().compareTo(other) < 0) {
            known = known.with(other);
            effects.add(new RecoveryEffect.Show(component, other, type, error));
        }
    }

    private void show(Condition other) {
        if (known.condition() != other) {
            known = known.with(other);
            FailureEntry last = known.history().isEmpty() ? null : known.history().getLast();
            effects.add(
                    new RecoveryEffect.Show(
                            component,
                            other,
                            last == null ? FailureClass.UNKNOWN : last.type(),
                            last == null ? "" : last.text().error()));
        }
    }

    private void count(FailureClass type, PlanStep step, int tried, int succeeded) {
        Tried key = new Tried(type, step);
        Score was = scores.getOrDefault(key, Score.NONE);
        scores.put(key, new Score(was.tried() + tried, was.succeeded() + succeeded));
    }

    private void done(Plan plan, PlanStep step, StepResult result, String detail) {
        results.put(step, result);
        tell(
                new RecoveryEvent.StepExecuted(
                        component, plan.type(), plan.count(), step, result, detail));
    }

    private void tell(RecoveryEvent event) {
        effects.add(new RecoveryEffect.Tell(event));
    }
}
