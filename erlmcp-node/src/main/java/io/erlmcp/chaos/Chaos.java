package io.erlmcp.chaos;

import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs experiments, one after the other.
 *
 * <p>Process model: a virtual thread for each experiment, joined by {@link #run}; a hook ends what
 * an experiment has started when this process is told to end.
 */
public final class Chaos {
    private static final Duration GRACE = Duration.ofSeconds(40);
    private static final List<Experiment> ALL =
            Stream.of(
                            CrashExperiments.all(),
                            CascadeExperiments.all(),
                            ExhaustionExperiments.all(),
                            RecoveryExperiments.all(),
                            BreakerExperiments.all(),
                            BackpressureExperiments.all())
                    .flatMap(List::stream)
                    .toList();

    /** Hears how far it is. */
    public interface Progress {
        /** An experiment begins, the {@code number}th of {@code total}. */
        void began(Experiment experiment, int number, int total);

        void ended(Result result);
    }

    private final ChaosPlan plan;

    /** What is to be ended with this process. */
    private final AtomicReference<@Nullable Stage> current = new AtomicReference<>();

    private Chaos(ChaosPlan plan) {
        this.plan = plan;
    }

    /** All experiments, in their order. */
    public static List<Experiment> all() {
        return ALL;
    }

    /** Runs what is planned; whatever happens, nothing that was started is left. */
    public static ChaosReport run(ChaosPlan plan, Progress progress)
            throws IOException, InterruptedException {
        Chaos chaos = new Chaos(plan);
        Thread hook = Threads.unstartedForeground("chaos-cleanup", chaos::endCurrent);
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return chaos.runAll(progress);
        } finally {
            forget(hook);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException itRuns) {
            return; // this process ends, and the hook with it
        }
    }

    private void endCurrent() {
        Stage stage = current.get();
        if (stage == null) {
            return;
        }
        try (stage) {
            stage.end();
        } catch (Exception e) {
            System.err.println("erlmcp: chaos: what was started may be left: " + e);
        }
    }

    private ChaosReport runAll(Progress progress) throws IOException, InterruptedException {
        List<Result> results = new ArrayList<>();
        for (Experiment experiment : plan.experiments()) {
            progress.began(experiment, results.size() + 1, plan.experiments().size());
            Result result = run(experiment);
            results.add(result);
            progress.ended(result);
        }
        return new ChaosReport(plan.seed(), results);
    }

    private Result run(Experiment experiment) throws IOException, InterruptedException {
        Observations seen = new Observations();
        long began = System.nanoTime();
        try (Stage stage =
                new Stage(plan.program(), plan.seed(), experiment.name(), plan.leavesOutFaults())) {
            current.set(stage);
            AtomicBoolean finished = new AtomicBoolean();
            Thread thread =
                    Threads.startVirtual(
                            experiment.name(), () -> play(experiment, stage, seen, finished));
            try {
                seen.check(
                        thread.join(experiment.limit()),
                        "not over within " + experiment.limit().toSeconds() + " s");
            } finally {
                end(stage, seen);
                thread.interrupt();
                thread.join(GRACE);
            }
            seen.check(finished.get(), "the experiment did not come to its end");
        } finally {
            current.set(null);
        }
        return Result.of(experiment, seen, Duration.ofNanos(System.nanoTime() - began));
    }

    private static void play(
            Experiment experiment, Stage stage, Observations seen, AtomicBoolean finished) {
        try {
            experiment.script().run(stage, seen);
            finished.set(true);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (Exception e) {
            seen.check(false, "it ended early: " + e);
        }
    }

    private static void end(Stage stage, Observations seen) throws InterruptedException {
        try {
            int left = stage.end();
            seen.check(left == 0, left + " processes were left and had to be killed");
        } catch (InterruptedException e) {
            throw e;
        } catch (Exception e) {
            seen.check(false, "what was started may be left: " + e);
        }
    }
}
