package io.erlmcp.cli;

import io.erlmcp.chaos.Chaos;
import io.erlmcp.chaos.ChaosPlan;
import io.erlmcp.chaos.ChaosReport;
import io.erlmcp.chaos.Experiment;
import io.erlmcp.chaos.JavaProgram;
import io.erlmcp.chaos.Result;
import io.erlmcp.chaos.Suite;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code chaos}: breaks nodes of its own on purpose. */
@Command(
        name = "chaos",
        description =
                "Breaks nodes on purpose and looks whether they do what the documents promise.",
        customSynopsis = "erlmcp chaos [OPTIONS] [SCENARIO ...]",
        footer = {
            "",
            "A scenario is a suite or an experiment; without one all are run, in some minutes. Each"
                    + " experiment starts nodes",
            "of its own, on free ports of this machine and in a folder of their own, and ends all"
                    + " that it started.",
            "",
            "Examples:",
            "  erlmcp chaos --list",
            "  erlmcp chaos breaker crash-once",
            "  erlmcp chaos --seed 7 --json",
            "",
            "Exit code 1 when something was not as expected, 2 for wrong usage."
        })
final class ChaosCommand implements Callable<Integer> {
    /** The control: no experiment may be as expected when nothing is done to its node. */
    private static final String NO_FAULT = "no-fault";

    private final Terminal terminal;

    @Parameters(paramLabel = "SCENARIO", arity = "0..*", description = "What to run.")
    List<String> scenarios = List.of();

    @Option(
            names = "--seed",
            paramLabel = "N",
            defaultValue = "1",
            description = "Replays what is left to chance; default: 1.")
    long seed = 1;

    @Option(names = "--list", description = "Only name the experiments.")
    boolean lists;

    @Option(names = "--json", description = "Print exactly one JSON document.")
    boolean isJson;

    @Option(names = "--plant", hidden = true)
    @Nullable String plant;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    ChaosCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        List<Experiment> chosen = chosen();
        if (lists) {
            list(chosen);
            return 0;
        }
        ChaosPlan plan =
                new ChaosPlan(chosen, seed, JavaProgram.ofThisProcess(), leavesOutFaults());
        ChaosReport report = Chaos.run(plan, new Lines());
        terminal.out().print(isJson ? report.json().toJson() + "\n" : report.text());
        return report.isGood() ? 0 : 1;
    }

    private boolean leavesOutFaults() {
        if (plant != null && !plant.equals(NO_FAULT)) {
            throw new UsageException("--plant: \"" + plant + "\" is not " + NO_FAULT);
        }
        return plant != null;
    }

    private List<Experiment> chosen() {
        if (scenarios.isEmpty()) {
            return Chaos.all();
        }
        Set<Experiment> all = new LinkedHashSet<>();
        for (String scenario : scenarios) {
            List<Experiment> some =
                    Chaos.all().stream()
                            .filter(
                                    it ->
                                            it.name().equals(scenario)
                                                    || it.suite().word().equals(scenario))
                            .toList();
            if (some.isEmpty()) {
                throw new UsageException(
                        "there is no scenario \""
                                + scenario
                                + "\"; suites: "
                                + Arrays.stream(Suite.values())
                                        .map(Suite::word)
                                        .collect(Collectors.joining(", "))
                                + "; all names: erlmcp chaos --list");
            }
            all.addAll(some);
        }
        return List.copyOf(all);
    }

    private void list(List<Experiment> chosen) {
        if (isJson) {
            terminal.out()
                    .println(
                            JsonArray.of(chosen.stream().map(ChaosCommand::json).toArray())
                                    .toJson());
            return;
        }
        for (Experiment it : chosen) {
            terminal.out().printf("%-16s  %-19s  %s%n", it.suite().word(), it.name(), it.fault());
        }
    }

    private static JsonObject json(Experiment it) {
        return JsonObject.of(
                "suite",
                it.suite().word(),
                "experiment",
                it.name(),
                "fault",
                it.fault(),
                "expected",
                it.expected());
    }

    /** A line on standard error for each beginning and each end. */
    private final class Lines implements Chaos.Progress {
        private boolean isDrawn;

        @Override
        public void began(Experiment experiment, int number, int total) {
            String line =
                    "[%d/%d] %s: %s"
                            .formatted(number, total, experiment.name(), experiment.fault());
            if (terminal.showsProgress()) {
                terminal.err().print("\r\u001b[K" + line);
                terminal.err().flush();
                isDrawn = true;
            } else {
                terminal.err().println(line);
            }
        }

        @Override
        public void ended(Result result) {
            if (isDrawn) {
                terminal.err().print("\r\u001b[K");
                isDrawn = false;
            }
            terminal.err()
                    .printf(
                            "%s: %s, %.1f s%n",
                            result.experiment().name(),
                            result.verdict(),
                            result.took().toMillis() / 1000.0);
        }
    }
}
