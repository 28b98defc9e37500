package io.erlmcp.cli;

import io.erlmcp.config.ConfigException;
import io.erlmcp.config.ConfigLoader;
import io.erlmcp.config.ConfigReference;
import io.erlmcp.config.LoadedConfig;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code config check [FILE]} and {@code config schema}. */
@Command(
        name = "config",
        description = "Looks at the configuration.",
        footer = {
            "",
            "Examples:",
            "  erlmcp config check erlmcp.yaml",
            "  erlmcp config schema > erlmcp.schema.json"
        })
final class ConfigCommand {
    private final Terminal terminal;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    ConfigCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "check",
            description =
                    "Reads file and environment and prints what holds, secrets masked. Exit code 2"
                            + " on a problem.",
            footer = {"", "Example:", "  erlmcp config check erlmcp.yaml"},
            mixinStandardHelpOptions = true)
    int check(
            @Parameters(
                            paramLabel = "FILE",
                            arity = "0..1",
                            description = "The file; none: defaults and environment.")
                    @Nullable Path file) {
        try {
            LoadedConfig loaded = ConfigLoader.load(file, System.getenv(), Map.of());
            loaded.warnings().forEach(terminal.err()::println);
            terminal.out().print(loaded.toYaml());
            return 0;
        } catch (ConfigException e) {
            e.problems().forEach(terminal.err()::println);
            return 2;
        }
    }

    @Command(
            name = "schema",
            description = "Prints a JSON Schema of the file, for editors.",
            footer = {"", "Example:", "  erlmcp config schema > erlmcp.schema.json"},
            mixinStandardHelpOptions = true)
    int schema() {
        terminal.out().print(ConfigReference.jsonSchema());
        return 0;
    }
}
