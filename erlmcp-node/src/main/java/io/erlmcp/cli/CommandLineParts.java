package io.erlmcp.cli;

import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** The commands of this package, by name, for the command line that the node puts together. */
public final class CommandLineParts {
    private CommandLineParts() {}

    /**
     * @param out where results go
     * @param childCommand what stood behind {@code --} on the command line; empty for none
     */
    public static Map<String, Supplier<Object>> commands(
            PrintStream out, List<String> childCommand) {
        Terminal terminal = Terminal.system(out);
        return Map.ofEntries(
                Map.entry("list", () -> new ListCommand(terminal, childCommand)),
                Map.entry("call", () -> new CallCommand(terminal, childCommand)),
                Map.entry("read", () -> new ReadCommand(terminal, childCommand)),
                Map.entry("prompt", () -> new PromptCommand(terminal, childCommand)),
                Map.entry("bench", () -> new BenchCommand(terminal, childCommand)),
                Map.entry("chaos", () -> new ChaosCommand(terminal)),
                Map.entry("config", () -> new ConfigCommand(terminal)),
                Map.entry("store", () -> new StoreCommand(terminal)),
                Map.entry("sessions", () -> new SessionsCommand(terminal)),
                Map.entry("andon", () -> new AndonCommand(terminal)),
                Map.entry("receipts", () -> new ReceiptsCommand(terminal)),
                Map.entry("health", () -> new HealthCommand(terminal)),
                Map.entry("recovery", () -> new RecoveryCommand(terminal)),
                Map.entry("migrate", () -> new MigrateCommand(terminal)),
                Map.entry("upstreams", () -> new UpstreamsCommand(terminal)));
    }

    /** True for failures of usage, whose message is all there is to say; exit code 2. */
    public static boolean isUsage(Throwable failure) {
        return failure instanceof UsageException;
    }

    /** The version of this build. */
    public static String version() {
        String version = CommandLineParts.class.getPackage().getImplementationVersion();
        return version == null ? "0.1.0-SNAPSHOT" : version;
    }
}
