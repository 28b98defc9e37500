package io.erlmcp.cli;

import io.erlmcp.client.McpClient;
import io.erlmcp.client.McpTimeoutException;
import io.erlmcp.connect.Options;
import io.erlmcp.connect.Target;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * What all commands that talk to a server have in common: find it, connect, report failures, say
 * goodbye.
 */
abstract class ServerCommand implements Callable<Integer> {
    private static final Duration MOST = Duration.ofHours(1);

    @Mixin ServerOptions options = new ServerOptions();

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    @Parameters(
            paramLabel = "TARGET",
            description = "A URL, or -- COMMAND ARGS at the end for a server over stdio.")
    List<String> words = new ArrayList<>();

    final Terminal terminal;
    private final List<String> childCommand;

    /**
     * @param childCommand what stood behind {@code --}; empty for none
     */
    ServerCommand(Terminal terminal, List<String> childCommand) {
        this.terminal = terminal;
        this.childCommand = childCommand;
    }

    /** Does the work; the client is connected. Returns the exit code. */
    abstract int run(McpClient client, List<String> arguments);

    /** The arguments behind TARGET that the command cannot do without. */
    abstract int requiredArguments();

    @Override
    public Integer call() {
        List<String> arguments = new ArrayList<>(words);
        Target target = takeTarget(arguments);
        if (arguments.size() < requiredArguments()) {
            throw new UsageException("too few arguments behind TARGET, see --help");
        }
        ProgressLine progress = new ProgressLine(terminal);
        try (McpClient client = connect(target, progress)) {
            return run(client, arguments);
        } catch (McpException e) {
            return failed(
                    "the server refused: " + Terminal.printable(String.valueOf(e.getMessage())),
                    e.code());
        } catch (McpTimeoutException | TransportException e) {
            return failed(String.valueOf(e.getMessage()), 0);
        }
    }

    /**
     * Takes the words of the target away from {@code arguments}. Where nothing stands before {@code
     * --}, a second {@code --} ends the command: {@code call -- COMMAND ARGS -- TOOL key=value}.
     */
    private Target takeTarget(List<String> arguments) {
        if (childCommand.isEmpty()) {
            if (arguments.isEmpty()) {
                throw new UsageException("TARGET is missing: give a URL, or -- COMMAND ARGS");
            }
            return url(arguments.removeFirst());
        }
        int second = childCommand.lastIndexOf("--");
        if (arguments.isEmpty() && requiredArguments() > 0 && second > 0) {
            arguments.addAll(childCommand.subList(second + 1, childCommand.size()));
            return new Target.Command(childCommand.subList(0, second));
        }
        return new Target.Command(childCommand);
    }

    private static Target url(String text) {
        try {
            return Target.url(text);
        } catch (IllegalArgumentException e) {
            throw new UsageException(
                    "\""
                            + text
                            + "\" is no target: give an http, https, ws, wss, tcp, tcps or unix"
                            + " URL, or -- COMMAND ARGS: "
                            + e.getMessage());
        }
    }

    private McpClient connect(Target target, ProgressLine progress) {
        TerminalForms forms = options.forms(terminal);
        Options way =
                Options.NONE
                        .withHeaders(options.headersByName())
                        .withTls(options.tls())
                        .withErrorLines(this::childSaid);
        return McpClient.builder(target.transport(way))
                .name("erlmcp", CommandLineParts.version())
                .era(options.era)
                .tasks()
                .timeout(options.timeout)
                .maxTimeout(options.timeout.compareTo(MOST) > 0 ? options.timeout : MOST)
                .onElicit(
                        form -> {
                            progress.clear();
                            return forms.form(form);
                        })
                .onElicitUrl(
                        page -> {
                            progress.clear();
                            return forms.page(page);
                        })
                .onProgress(progress::progress)
                .onLog(progress::log)
                .connect();
    }

    private void childSaid(String line) {
        if (options.isVerbose) {
            terminal.err().println("server: " + Terminal.printable(line));
        }
    }

    private int failed(String message, int code) {
        terminal.err().println("erlmcp: " + message + (code == 0 ? "" : " (" + code + ")"));
        if (options.isJson) {
            JsonObject error = JsonObject.of("code", code, "message", message);
            terminal.out().println(JsonObject.of("error", error).toJson());
        }
        return 1;
    }
}
