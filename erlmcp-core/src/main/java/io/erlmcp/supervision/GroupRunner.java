package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.runtime.Timers.Timer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Carries out what a {@link GroupDecision} decides for one {@link Group}.
 *
 * <p>Process model: no thread of its own. Events wait in a queue; whoever adds one to an empty
 * queue takes it and all that come meanwhile, one after the other, so that decisions never overlap.
 * No step blocks: starts and stops have threads of their own ({@link Run}).
 */
final class GroupRunner {
    /** The supervisor as its groups see it. */
    interface Parent {
        void escalated(GroupEffect.Escalate effect);

        void closed(GroupRunner group);
    }

    private final Map<ComponentId, ChildSpec> specs;
    private final Map<ComponentId, Run> runs = new ConcurrentHashMap<>();
    private final Surroundings surroundings;
    private final GroupDecision decision;
    private final Parent parent;
    private final Queue<GroupEvent> events = new ConcurrentLinkedQueue<>();
    private final AtomicInteger waiting = new AtomicInteger();
    private final CountDownLatch opened = new CountDownLatch(1);
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile GroupEffect.@Nullable OpenFailed openFailure;
    private volatile Group group;

    /** Touched only by steps, which never overlap. */
    private @Nullable Timer wake;

    GroupRunner(Group group, List<ChildSpec> specs, Surroundings surroundings, Parent parent) {
        this.group = group;
        this.surroundings = surroundings;
        this.parent = parent;
        decision = new GroupDecision(surroundings.advisor(), surroundings.gate());
        Map<ComponentId, ChildSpec> byId = new HashMap<>();
        for (int i = 0; i < specs.size(); i++) {
            byId.put(group.children().get(i).id(), specs.get(i));
        }
        this.specs = Map.copyOf(byId);
    }

    List<Group.Child> children() {
        return group.children();
    }

    /** The supervisor that {@code child} is; null when it is none, or does not run. */
    @Nullable Supervisor supervisor(ComponentId child) {
        Run run = runs.get(child);
        return run != null && run.component() instanceof Supervisor supervisor ? supervisor : null;
    }

    void on(GroupEvent event) {
        events.add(event);
        if (waiting.getAndIncrement() > 0) {
            return;
        }
        int taken = 1;
        do {
            for (int i = 0; i < taken; i++) {
                GroupEvent next = events.poll();
                if (next != null) {
                    step(next);
                }
            }
            taken = waiting.addAndGet(-taken);
        } while (taken > 0);
    }

    /** Whatever goes wrong in a step, the next ones are taken: nobody else supervises. */
    private void step(GroupEvent event) {
        try {
            GroupDecision.Outcome outcome =
                    decision.step(group, event, Now.of(surroundings.time()));
            group = outcome.group();
            for (GroupEffect effect : outcome.effects()) {
                carryOutOrReport(effect);
            }
        } catch (RuntimeException | Error bug) {
            Surroundings.report(bug);
        }
    }

    private void carryOutOrReport(GroupEffect effect) {
        try {
            carryOut(effect);
        } catch (RuntimeException | Error bug) {
            Surroundings.report(bug);
        }
    }

    private void carryOut(GroupEffect effect) {
        switch (effect) {
            case GroupEffect.StartRun it -> start(it.child(), it.run());
            case GroupEffect.StopRun it -> stop(it.child());
            case GroupEffect.Wake it -> wake(it);
            case GroupEffect.Opened it -> opened.countDown();
            case GroupEffect.OpenFailed it -> openFailure = it;
            case GroupEffect.Escalate it -> parent.escalated(it);
            case GroupEffect.Closed it -> {
                runs.clear();
                cancelWake();
                opened.countDown();
                closed.countDown();
                parent.closed(this);
            }
            case GroupEffect.Tell it -> surroundings.tell(it.event());
        }
    }

    private void wake(GroupEffect.Wake effect) {
        cancelWake();
        GroupEvent due = new GroupEvent.Due(effect.pauseEnd());
        wake = surroundings.timers().after(effect.after(), () -> on(due));
    }

    private void cancelWake() {
        if (wake != null) {
            wake.cancel();
            wake = null;
        }
    }

    private void start(ComponentId child, int number) {
        ChildSpec spec = specs.get(child);
        if (spec == null) {
            throw new IllegalStateException("no child " + child + " among " + specs.keySet());
        }
        Run run = new Run(child, number, spec, surroundings, this::on);
        runs.put(child, run);
        run.start();
    }

    private void stop(ComponentId child) {
        Run run = runs.get(child);
        if (run != null) {
            run.stop();
        }
    }

    /**
     * Waits until every child runs that may.
     *
     * @return what failed, after the others have been stopped; null when all is well
     */
    GroupEffect.@Nullable OpenFailed awaitOpened() throws InterruptedException {
        opened.await();
        return openFailure;
    }

    void awaitClosed() throws InterruptedException {
        closed.await();
    }

    boolean isClosed() {
        return closed.getCount() == 0;
    }

    @Override
    public String toString() {
        return group.children().stream()
                .map(child -> child.id() + " " + ComponentStatus.of(child))
                .collect(Collectors.joining(", "));
    }
}
