/* tidy: console, because a program's report for people and machines goes to standard output. */
package io.erlmcp.reliability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The command {@code reliability/run}: runs a guarantee, then its controls, and reports both. */
public final class Main {
    private static final List<Guarantee> ROWS =
            List.of(
                    new KilledWhileWriting(),
                    new PowerCut(),
                    new DamagedFiles(),
                    new FullDisk(),
                    new CutStreams(),
                    new ListenStreams(),
                    new NeverReaders(),
                    new Overload(),
                    new SlowPeers(),
                    new Frames(),
                    new WebSocketSuite(),
                    new GracefulStop(),
                    new FewDescriptors(),
                    new MemoryPressure(),
                    new ClockJumps(),
                    new BadNetwork(),
                    new BadTools(),
                    new BreakerAndLimiter(),
                    new KilledUpstreams(),
                    new IsolatedUpstreams(),
                    new AbandonedSessions(),
                    new LongRun(),
                    new SimulatedDecisions(),
                    new HaltsUnderKill(),
                    new ToldFaults());
    private static final String USAGE =
            """
            usage: reliability/run RNN [--seed N] [--full] [--plant NAME] [--json] [--minutes N]
                                       [--corpus FILE] [--server FILE]
                   reliability/run --list
            --seed N      replays a run; without it the seed is 1
            --full        the whole guarantee; writes its section of docs/reliability.md
            --plant NAME  only this planted fault as the control, instead of each in turn
            --minutes N   how long R29 and R31 look on, instead of what their size says
            --corpus FILE the public JSON parsing corpus, for R17
            --server FILE the program that serves the fixture, instead of conformance/server
            Exit code 0: the guarantee holds and every control failed. 1: not so. 2: wrong usage.\
            """;

    private Main() {}

    /** Runs the command and ends the JVM with its exit code. */
    public static void main(String[] args) throws Exception {
        int code = run(List.of(args));
        Launch.deleteStates();
        System.exit(code);
    }

    private static int run(List<String> args) throws Exception {
        if (args.equals(List.of("--help"))) {
            System.out.println(USAGE);
            return 0;
        }
        if (args.equals(List.of("--list"))) {
            ROWS.forEach(
                    row ->
                            System.out.println(
                                    row.id()
                                            + "  "
                                            + row.title()
                                            + "\n     plants: "
                                            + row.plants()));
            return 0;
        }
        Arguments given = Arguments.read(args);
        Guarantee row =
                given == null
                        ? null
                        : ROWS.stream()
                                .filter(it -> it.id().equals(given.row))
                                .findFirst()
                                .orElse(null);
        if (given == null
                || row == null
                || (given.plant != null && !row.plants().contains(given.plant))) {
            System.err.println(USAGE);
            return 2;
        }
        return run(row, given);
    }

    private static int run(Guarantee row, Arguments given) throws Exception {
        Path root = Path.of("").toAbsolutePath();
        Trial trial =
                new Trial(
                        new Launch(List.of(root.resolve(given.server).toString())),
                        given.seed,
                        given.isFull ? Trial.Size.FULL : Trial.Size.SMALL,
                        null,
                        new Trial.Given(given.corpus, given.time));
        List<Report.Part> parts = new ArrayList<>();
        parts.add(part(row, trial));
        for (String plant : given.plant == null ? row.plants() : List.of(given.plant)) {
            parts.add(part(row, trial.as(Trial.Size.TINY, plant)));
        }
        Report report = new Report(row, given.seed, given.isFull, commit(root), parts);
        System.out.println(given.isJson ? report.json().toJson() : report.text());
        if (given.isFull && given.time == null) {
            report.writeInto(root.resolve("docs/reliability.md"));
        }
        return report.isGood() ? 0 : 1;
    }

    private static Report.Part part(Guarantee row, Trial trial) {
        System.err.println(
                row.id() + (trial.plant() == null ? "" : ", planted: " + trial.plant()) + " ...");
        Findings findings = new Findings();
        long began = System.nanoTime();
        try {
            row.run(trial, findings);
        } catch (Exception e) {
            if (e instanceof InterruptedException) {
                Thread.currentThread().interrupt();
            }
            findings.fail("the run ended early: " + e);
        }
        return new Report.Part(
                trial.plant(), findings, TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
    }

    /**
     * The commit of what runs; the document that this program writes does not count as a change.
     */
    private static String commit(Path root) throws IOException, InterruptedException {
        String commit = git(root, "rev-parse", "--short=12", "HEAD");
        String changes =
                git(root, "status", "--porcelain", "--", ".", ":(exclude)docs/reliability.md");
        return commit.isEmpty() ? "unknown" : changes.isEmpty() ? commit : commit + "-dirty";
    }

    private static String git(Path root, String... arguments)
            throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of("git", "-C", root.toString()));
        command.addAll(List.of(arguments));
        Process git =
                new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD).start();
        String out = new String(git.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        return git.waitFor() == 0 ? out.strip() : "";
    }

    /** The command line, read. */
    private static final class Arguments {
        private String row = "";
        private long seed = 1;
        private boolean isFull;
        private boolean isJson;
        private @Nullable String plant;
        private @Nullable Path corpus;
        private @Nullable Duration time;
        private Path server = Path.of("conformance/server");

        /** Null when they are not understood. */
        static @Nullable Arguments read(List<String> args) {
            Arguments read = new Arguments();
            try {
                for (int i = 0; i < args.size(); i++) {
                    switch (args.get(i)) {
                        case "--seed" -> read.seed = Long.parseLong(args.get(++i));
                        case "--full" -> read.isFull = true;
                        case "--json" -> read.isJson = true;
                        case "--plant" -> read.plant = args.get(++i);
                        case "--minutes" -> read.time = minutes(args.get(++i));
                        case "--corpus" -> read.corpus = existing(args.get(++i));
                        case "--server" -> read.server = existing(args.get(++i));
                        default -> read.named(args.get(i));
                    }
                }
                return read;
            } catch (IllegalArgumentException | IndexOutOfBoundsException e) {
                return null;
            }
        }

        private void named(String name) {
            if (!row.isEmpty() || name.startsWith("-")) {
                throw new IllegalArgumentException(name);
            }
            row = name;
        }

        private static Duration minutes(String number) {
            int minutes = Integer.parseInt(number);
            if (minutes < 1) {
                throw new IllegalArgumentException(number);
            }
            return Duration.ofMinutes(minutes);
        }

        private static Path existing(String file) {
            if (!Files.isReadable(Path.of(file))) {
                throw new IllegalArgumentException(file);
            }
            return Path.of(file);
        }
    }
}
