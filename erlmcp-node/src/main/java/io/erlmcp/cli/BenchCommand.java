package io.erlmcp.cli;

import io.erlmcp.bench.Bench;
import io.erlmcp.bench.BenchException;
import io.erlmcp.bench.BenchPlan;
import io.erlmcp.bench.BenchReport;
import io.erlmcp.bench.BenchTarget;
import io.erlmcp.bench.TurnsReport;
import io.erlmcp.bench.Workload;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import io.erlmcp.runtime.Time;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code bench TARGET}. */
@Command(
        name = "bench",
        description = "Puts load on a server of this machine and tells how long answers took.",
        customSynopsis = {"erlmcp bench [OPTIONS] URL", "erlmcp bench [OPTIONS] -- COMMAND ARGS"},
        footer = {
            "",
            "Every request carries fresh random text, and every answer is checked. Without --rate"
                    + " each connection",
            "asks again when it has its answer (closed loop). With --rate requests start by a"
                    + " timetable, and",
            "latency counts from the time in it, however late the request could be sent.",
            "",
            "Examples:",
            "  erlmcp bench http://127.0.0.1:8080/mcp",
            "  erlmcp bench --connections 64 --rate 10000 --json http://127.0.0.1:8080/mcp",
            "  erlmcp bench --era legacy ws://127.0.0.1:8080/mcp/ws",
            "  erlmcp bench tcp://127.0.0.1:9999",
            "  erlmcp bench --beside http://127.0.0.1:8081/mcp http://127.0.0.1:8080/mcp",
            "  erlmcp bench --pipeline 32 -- ./erlmcp serve --stdio",
            "",
            "Exit code 1 when an answer was wrong or none was right, 2 for wrong usage."
        })
final class BenchCommand implements Callable<Integer> {
    private static final int SECONDS_BETWEEN_LINES = 5;

    @Option(names = "--json", description = "Print exactly one JSON document.")
    boolean isJson;

    @Option(
            names = "--method",
            paramLabel = "METHOD",
            defaultValue = "tools/call",
            description =
                    "tools/call, tools/list, initialize, progress or streams (opened and held);"
                            + " default: tools/call.")
    String method = "tools/call";

    @Option(
            names = "--tool",
            paramLabel = "NAME",
            description =
                    "The tool to call; default: echo, which answers its argument text, or emit for"
                            + " progress.")
    @Nullable String tool;

    @Option(
            names = "--payload",
            paramLabel = "BYTES",
            defaultValue = "100",
            description = "Length of the text in each call; default: 100.")
    int payloadBytes = 100;

    @Option(
            names = "--era",
            paramLabel = "ERA",
            defaultValue = "modern",
            description = "legacy (2025-11-25) or modern (2026-07-28); default: modern.")
    String era = "modern";

    @Option(
            names = "--connections",
            paramLabel = "N",
            defaultValue = "64",
            description = "Connections that are open at once; default: 64.")
    int connections = 64;

    @Option(
            names = "--pipeline",
            paramLabel = "N",
            defaultValue = "1",
            description = "Requests under way at once (stdio); default: 1, a ping-pong.")
    int pipeline = 1;

    @Option(
            names = "--rate",
            paramLabel = "R",
            defaultValue = "0",
            description = "Requests started per second, whatever the server does (not over stdio).")
    double ratePerSecond;

    @Option(
            names = "--warmup",
            paramLabel = "TIME",
            defaultValue = "5s",
            converter = ServerOptions.DurationConverter.class,
            description = "Time before anything is counted; default: 5s.")
    Duration warmup = Duration.ofSeconds(5);

    @Option(
            names = "--duration",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = ServerOptions.DurationConverter.class,
            description = "Time that is counted; default: 10s.")
    Duration duration = Duration.ofSeconds(10);

    @Option(
            names = "--server-pid",
            paramLabel = "PID",
            defaultValue = "0",
            description = "The server's process: its CPU time per answer is reported (Linux).")
    long serverPid;

    @Option(
            names = "--beside",
            paramLabel = "URL",
            description =
                    "Another server of this machine, measured in turn with the first: its figures"
                            + " and the ratio are reported, too.")
    @Nullable String beside;

    @Option(
            names = "--beside-tool",
            paramLabel = "NAME",
            description = "The tool to call there; default: as --tool.")
    @Nullable String besideTool;

    @Option(
            names = "--beside-pid",
            paramLabel = "PID",
            defaultValue = "0",
            description = "As --server-pid, for the server of --beside.")
    long besidePid;

    @Option(
            names = "--turns",
            paramLabel = "N",
            defaultValue = "10",
            description = "Turns of each, with --beside; they share --duration; default: 10.")
    int turns = 10;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    @Parameters(
            paramLabel = "URL",
            arity = "0..1",
            description =
                    "A server on this machine, such as http://127.0.0.1:8080/mcp; http, ws, tcp or"
                            + " unix.")
    @Nullable String url;

    private final Terminal terminal;
    private final List<String> childCommand;
    private int lines;

    /**
     * @param childCommand what stood behind {@code --}; empty for none
     */
    BenchCommand(Terminal terminal, List<String> childCommand) {
        this.terminal = terminal;
        this.childCommand = childCommand;
    }

    @Override
    public Integer call() {
        BenchPlan plan = plan();
        try {
            return beside == null ? run(plan) : inTurns(plan, beside);
        } catch (BenchException e) {
            clear();
            terminal.err().println("erlmcp: " + Terminal.printable(String.valueOf(e.getMessage())));
            return 1;
        }
    }

    private int run(BenchPlan plan) {
        BenchReport report = Bench.run(plan, Time.system(), this::show);
        print(report.toJson(), report.toTable());
        return report.isGood() ? 0 : 1;
    }

    private int inTurns(BenchPlan plan, String other) {
        TurnsReport report;
        try {
            String there = besideTool == null ? plan.tool() : besideTool;
            report =
                    Bench.inTurns(
                            plan,
                            plan.on(BenchTarget.of(URI.create(other)), there, besidePid),
                            turns,
                            Time.system(),
                            this::show);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
        print(report.toJson(), report.toTable());
        return report.isGood() ? 0 : 1;
    }

    private void print(JsonObject json, String table) {
        clear();
        if (isJson) {
            terminal.out().println(json.toJson());
        } else {
            terminal.out().print(table);
        }
    }

    private BenchPlan plan() {
        try {
            BenchTarget target = target();
            Workload workload =
                    Workload.of(method)
                            .orElseThrow(
                                    () ->
                                            new UsageException(
                                                    "--method: \""
                                                            + method
                                                            + "\" is not tools/call, tools/list,"
                                                            + " initialize, progress or streams"));
            // a session can only be opened in the legacy era
            Era which = workload == Workload.INITIALIZE ? Era.LEGACY : readEra();
            return new BenchPlan(
                    target,
                    workload,
                    which,
                    tool == null ? workload.usualTool() : tool,
                    payloadBytes,
                    target instanceof BenchTarget.Child ? pipeline : connections,
                    ratePerSecond,
                    warmup,
                    duration,
                    serverPid);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    private BenchTarget target() {
        if (childCommand.isEmpty() == (url == null)) {
            throw new UsageException("give either a URL or -- COMMAND ARGS");
        }
        return url == null ? new BenchTarget.Child(childCommand) : BenchTarget.of(URI.create(url));
    }

    private Era readEra() {
        return switch (era.toLowerCase(Locale.ROOT)) {
            case "legacy" -> Era.LEGACY;
            case "modern" -> Era.MODERN;
            default -> throw new UsageException("--era: \"" + era + "\" is not legacy or modern");
        };
    }

    private void show(String line) {
        if (terminal.showsProgress()) {
            terminal.err().print("\r\u001b[K" + Terminal.printable(line));
            terminal.err().flush();
        } else if (++lines % SECONDS_BETWEEN_LINES == 0) {
            terminal.err().println("bench: " + Terminal.printable(line));
        }
    }

    private void clear() {
        if (terminal.showsProgress()) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
    }
}
