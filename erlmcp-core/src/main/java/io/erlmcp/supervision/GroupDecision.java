package io.erlmcp.supervision;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.supervision.Group.Child;
import io.erlmcp.supervision.Group.Mode;
import io.erlmcp.supervision.Group.Phase;
import io.erlmcp.supervision.Group.Target;
import io.erlmcp.supervision.GroupEffect.Tell;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a supervisor decides: {@code step(group, event, now)} gives the next group and what is to be
 * done. Pure, as far as its advisor and its gate are.
 *
 * <p>An event changes what is wanted; then the group is brought one move nearer to it: first what
 * must stop, the last child first and one at a time; then, after the pause, what should run, the
 * first child first.
 */
public final class GroupDecision {
    private final RestartAdvisor advisor;
    private final StartGate gate;

    public GroupDecision(RestartAdvisor advisor, StartGate gate) {
        this.advisor = advisor;
        this.gate = gate;
    }

    /** The next group, and what is to be done, in order. */
    public record Outcome(Group group, List<GroupEffect> effects) {
        public Outcome {
            effects = List.copyOf(effects);
        }
    }

    public Outcome step(Group group, GroupEvent event, Now now) {
        Turn turn = new Turn(group, now);
        turn.apply(event);
        turn.move();
        return turn.outcome();
    }

    /** One step at work. */
    private final class Turn {
        private final Group before;
        private final Now now;
        private final List<Child> children;
        private final List<Long> restarts;
        private final List<GroupEffect> effects = new ArrayList<>();
        private Mode mode;
        private @Nullable Long pauseEnd;

        Turn(Group before, Now now) {
            this.before = before;
            this.now = now;
            children = new ArrayList<>(before.children());
            restarts = new ArrayList<>(before.restarts());
            restarts.removeIf(at -> now.isPast(at, before.intensity().period()));
            mode = before.mode();
            pauseEnd = before.pauseEnd();
        }

        Outcome outcome() {
            Group after =
                    new Group(
                            before.strategy(),
                            before.intensity(),
                            children,
                            mode,
                            restarts,
                            pauseEnd);
            return new Outcome(after, effects);
        }

        void apply(GroupEvent event) {
            switch (event) {
                case GroupEvent.Open it -> {}
                case GroupEvent.Close it -> close();
                case GroupEvent.Started it -> started(run(it.child(), it.run()));
                case GroupEvent.StartFailed it ->
                        startFailed(run(it.child(), it.run()), it.cause());
                case GroupEvent.Over it -> over(run(it.child(), it.run()), it.cause());
                case GroupEvent.Stopped it -> stopped(run(it.child(), it.run()));
                case GroupEvent.Due it -> due(it.pauseEnd());
                case GroupEvent.StartAsked it -> start(find(it.child()));
                case GroupEvent.StopAsked it -> stop(find(it.child()));
                case GroupEvent.RestartAsked it -> restart(find(it.child()));
                case GroupEvent.FailureAsked it -> over(find(it.child()), it.cause());
            }
        }

        private void close() {
            if (mode != Mode.CLOSED) {
                mode = Mode.CLOSING;
            }
        }

        private void started(int at) {
            if (at >= 0 && children.get(at).phase() == Phase.STARTING) {
                children.set(at, children.get(at).in(Phase.UP, now));
            }
        }

        private void startFailed(int at, Throwable cause) {
            if (at >= 0 && children.get(at).phase() == Phase.STARTING) {
                children.set(at, children.get(at).in(Phase.DOWN, now));
                failed(at, cause);
            }
        }

        private void over(int at, @Nullable Throwable cause) {
            if (at >= 0 && children.get(at).isAlive() && !children.get(at).mustStop()) {
                children.set(at, children.get(at).condemned());
                failed(at, cause);
            }
        }

        private void stopped(int at) {
            if (at >= 0 && children.get(at).phase() == Phase.STOPPING) {
                children.set(at, children.get(at).in(Phase.DOWN, now));
            }
        }

        private void due(long end) {
            if (pauseEnd != null && pauseEnd == end) {
                pauseEnd = null;
            }
        }

        private void start(int at) {
            if (at >= 0) {
                forgive(at);
                if (children.get(at).target() != Target.RUN) {
                    want(at, Target.RUN, null);
                }
            }
        }

        private void stop(int at) {
            if (at >= 0 && children.get(at).target() != Target.STOPPED) {
                want(at, Target.STOPPED, null);
            }
        }

        private void restart(int at) {
            start(at);
            if (at >= 0) {
                stopWith(at);
            }
        }

        private void forgive(int at) {
            children.set(at, children.get(at).forgiven());
            restarts.clear();
            pauseEnd = null;
        }

        private void failed(int at, @Nullable Throwable cause) {
            Child child = children.get(at);
            boolean ranLong =
                    child.phase() == Phase.UP
                            && now.isPast(child.upSinceNanos(), before.intensity().period());
            Failure failure =
                    new Failure(
                            child.id(),
                            now.wall(),
                            cause,
                            restarts.size(),
                            ranLong ? 1 : child.consecutive() + 1);
            children.set(at, child.failed(failure));
            if (mode == Mode.CLOSING || mode == Mode.CLOSED) {
                return;
            }
            boolean isAgain =
                    switch (child.restart()) {
                        case PERMANENT -> true;
                        case TRANSIENT -> cause != null;
                        case TEMPORARY -> false;
                    };
            if (isAgain) {
                follow(at, failure, mode == Mode.OPENING ? couldNotOpen() : advice(failure));
            } else {
                want(at, Target.ENDED, cause == null ? null : cause.toString());
                tell(
                        cause == null
                                ? new SupervisionEvent.Ended(child.id())
                                : new SupervisionEvent.Failed(
                                        failure, new RestartAdvice.Degrade("it is temporary")));
            }
        }

        private static RestartAdvice couldNotOpen() {
            return new RestartAdvice.Escalate("it failed while everything started");
        }

        private RestartAdvice advice(Failure failure) {
            RestartAdvice advice;
            try {
                advice = advisor.advise(failure);
            } catch (RuntimeException bug) {
                tell(new SupervisionEvent.DecisionFailed(failure.component(), bug));
                advice = RestartAdvisor.backoff().advise(failure);
            }
            Intensity intensity = before.intensity();
            if (advice instanceof RestartAdvice.After && restarts.size() >= intensity.restarts()) {
                return new RestartAdvice.Escalate(
                        "more than "
                                + intensity.restarts()
                                + " restarts within "
                                + intensity.period().toSeconds()
                                + " s");
            }
            return advice;
        }

        private void follow(int at, Failure failure, RestartAdvice advice) {
            if (mode != Mode.OPENING) {
                // a first start that fails is thrown to whoever asked for it, and told by them
                tell(new SupervisionEvent.Failed(failure, advice));
            }
            switch (advice) {
                case RestartAdvice.After it -> {
                    restarts.add(now.nanos());
                    stopWith(at);
                    pause(it.pause());
                }
                case RestartAdvice.Degrade it -> want(at, Target.DEGRADED, it.reason());
                case RestartAdvice.Halt it -> want(at, Target.HALTED, it.reason());
                case RestartAdvice.Escalate it -> giveUp(failure, it.reason());
            }
        }

        private void giveUp(Failure failure, String reason) {
            Throwable cause = failure.cause();
            effects.add(
                    mode == Mode.OPENING
                            ? new GroupEffect.OpenFailed(
                                    failure.component(),
                                    cause == null ? new IllegalStateException(reason) : cause)
                            : new GroupEffect.Escalate(failure.component(), reason, cause));
            mode = Mode.CLOSING;
        }

        private void pause(Duration pause) {
            if (!pause.isPositive()) {
                return;
            }
            long end = now.nanos() + pause.toNanos();
            if (pauseEnd == null || end - pauseEnd > 0) {
                pauseEnd = end;
                effects.add(new GroupEffect.Wake(end, pause));
            }
        }

        /** Ends the runs of a child and of those that share its fate. */
        private void stopWith(int at) {
            for (int i = 0; i < children.size(); i++) {
                boolean isShared =
                        switch (before.strategy()) {
                            case ONE_FOR_ONE, DYNAMIC -> false;
                            case ONE_FOR_ALL -> true;
                            case REST_FOR_ONE -> i > at;
                        };
                if (i != at && isShared && children.get(i).isAlive()) {
                    stopAlong(i);
                }
            }
            if (children.get(at).isAlive()) {
                children.set(at, children.get(at).condemned());
            }
        }

        private void stopAlong(int at) {
            if (children.get(at).restart() == Restart.TEMPORARY) {
                want(at, Target.ENDED, "stopped along with another, and temporary");
            }
            children.set(at, children.get(at).condemned());
        }

        private void want(int at, Target target, @Nullable String reason) {
            children.set(at, children.get(at).wanted(target, reason, now.wall()));
        }

        /** One move towards what is wanted. */
        void move() {
            if (before.strategy() == Strategy.DYNAMIC
                    && children.stream().allMatch(it -> it.target() == Target.ENDED)) {
                close();
            }
            if (isAny(Phase.STOPPING) || stopLast() || isAny(Phase.STARTING)) {
                return;
            }
            if (mode == Mode.CLOSING) {
                mode = Mode.CLOSED;
                effects.add(new GroupEffect.Closed());
            } else if (mode != Mode.CLOSED && !isPausing() && !startFirst()) {
                opened();
            }
        }

        private boolean isAny(Phase phase) {
            return children.stream().anyMatch(it -> it.phase() == phase);
        }

        private boolean stopLast() {
            for (int i = children.size() - 1; i >= 0; i--) {
                Child child = children.get(i);
                boolean isUnwanted =
                        child.mustStop() || child.target() != Target.RUN || mode == Mode.CLOSING;
                if (child.isAlive() && isUnwanted) {
                    children.set(i, child.in(Phase.STOPPING, now));
                    effects.add(new GroupEffect.StopRun(child.id(), child.run()));
                    return true;
                }
            }
            return false;
        }

        private boolean isPausing() {
            if (pauseEnd != null && now.nanos() - pauseEnd >= 0) {
                pauseEnd = null;
            }
            return pauseEnd != null;
        }

        private boolean startFirst() {
            for (int i = 0; i < children.size(); i++) {
                Child child = children.get(i);
                boolean isMissing = child.target() == Target.RUN && child.phase() == Phase.DOWN;
                if (isMissing && mayStart(i)) {
                    Child starting = child.in(Phase.STARTING, now);
                    children.set(i, starting);
                    effects.add(new GroupEffect.StartRun(child.id(), starting.run()));
                    return true;
                }
            }
            return false;
        }

        private boolean mayStart(int at) {
            ComponentId id = children.get(at).id();
            String denial;
            try {
                denial = gate.denial(id);
            } catch (RuntimeException bug) {
                tell(new SupervisionEvent.DecisionFailed(id, bug));
                denial = "nobody could say whether it may start";
            }
            if (denial == null) {
                return true;
            }
            want(at, Target.HALTED, denial);
            tell(new SupervisionEvent.StartDenied(id, denial));
            return false;
        }

        private void opened() {
            if (mode == Mode.OPENING) {
                mode = Mode.OPEN;
                effects.add(new GroupEffect.Opened());
            }
        }

        private void tell(SupervisionEvent event) {
            effects.add(new Tell(event));
        }

        private int find(ComponentId id) {
            for (int i = 0; i < children.size(); i++) {
                if (children.get(i).id().equals(id)) {
                    return i;
                }
            }
            return -1;
        }

        /** -1 when the run is not the current one. */
        private int run(ComponentId id, int run) {
            int at = find(id);
            return at >= 0 && children.get(at).run() == run ? at : -1;
        }
    }
}
