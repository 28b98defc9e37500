package io.erlmcp.node;

import io.erlmcp.cli.CommandLineParts;
import io.erlmcp.telemetry.LogProvider;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The entry of the {@code erlmcp} command. */
@Command(
        name = "erlmcp",
        description = "Serves and calls MCP servers.",
        synopsisSubcommandLabel = "COMMAND",
        footer = {
            "",
            "Examples:",
            "  erlmcp serve",
            "  erlmcp list http://127.0.0.1:8080/mcp",
            "  erlmcp call http://127.0.0.1:8080/mcp echo text=hello",
            "",
            "Exit codes: 0 done, 1 failed, 2 wrong usage."
        })
public final class Main {
    private static final String LOG_PROVIDER = "slf4j.provider";
    private static final String LOG_VERBOSITY = "slf4j.internal.verbosity";

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    @Option(names = "--version", versionHelp = true, description = "Print the version.")
    boolean isVersion;

    private Main() {}

    /** Runs the command line and ends the JVM with its exit code. */
    public static void main(String[] args) {
        nameLogging();
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), false, StandardCharsets.UTF_8);
        int code = run(args, out);
        out.flush();
        System.exit(code);
    }

    /**
     * Has SLF4J use our own provider, unless the user named another one. Before the first logger:
     * that one decides.
     */
    static void nameLogging() {
        if (System.getProperty(LOG_PROVIDER) == null) {
            System.setProperty(LOG_PROVIDER, LogProvider.class.getName());
            if (System.getProperty(LOG_VERBOSITY) == null) {
                System.setProperty(LOG_VERBOSITY, "WARN"); // else it says which provider it loads
            }
        }
    }

    /** Runs the command line. {@code out} gets results; everything else goes to standard error. */
    static int run(String[] args, PrintStream out) {
        ServeCommand serve =
                args.length > 0 && args[0].equals("serve")
                        ? ServeCommand.plain(Arrays.asList(args).subList(1, args.length), out)
                        : null;
        return serve == null ? runAny(args, out) : run(serve);
    }

    private static int run(ServeCommand serve) {
        try {
            return serve.call();
        } catch (Exception failure) {
            return failed(failure);
        }
    }

    private static int runAny(String[] args, PrintStream out) {
        int split = Arrays.asList(args).indexOf("--");
        List<String> own = split < 0 ? List.of(args) : Arrays.asList(args).subList(0, split);
        List<String> child =
                split < 0 ? List.of() : Arrays.asList(args).subList(split + 1, args.length);
        CommandLine line = commandLine(own, out, child);
        line.getCommandSpec().version("erlmcp " + CommandLineParts.version());
        line.setOut(new PrintWriter(out, true, StandardCharsets.UTF_8));
        line.setErr(new PrintWriter(System.err, true, StandardCharsets.UTF_8));
        line.setExecutionExceptionHandler((failure, command, parsed) -> failed(failure));
        return line.execute(own.toArray(String[]::new));
    }

    /** What reads these arguments. */
    static CommandLine commandLine(
            List<String> arguments, PrintStream out, List<String> childCommand) {
        CommandLine line = new CommandLine(new Main());
        commands(arguments, out, childCommand)
                .forEach((name, command) -> line.addSubcommand(name, command.get()));
        return line;
    }

    /**
     * All commands, or the only one that is asked for: reading their annotations takes its time.
     */
    private static Map<String, Supplier<Object>> commands(
            List<String> arguments, PrintStream out, List<String> child) {
        Map<String, Supplier<Object>> all = new TreeMap<>(CommandLineParts.commands(out, child));
        all.put("serve", () -> new ServeCommand(out));
        Supplier<Object> wanted = arguments.isEmpty() ? null : all.get(arguments.getFirst());
        return wanted == null ? all : Map.of(arguments.getFirst(), wanted);
    }

    private static int failed(Exception failure) {
        System.err.println("erlmcp: " + failure.getMessage());
        return CommandLineParts.isUsage(failure) ? 2 : 1;
    }
}
