package io.erlmcp.cli;

import io.erlmcp.andon.Components;
import io.erlmcp.json.JsonObject;
import java.io.IOException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code andon halt|drain|resume|status|board|report}. */
@Command(
        name = "andon",
        description = "Stops components, lets them go on, and shows what stands and why.",
        footer = {
            "",
            "COMPONENT is node for the whole node, or a path such as tools/echo, prompts/greeting,",
            "resources/file:///notes, listeners/tcp or upstreams/github.",
            "",
            "Examples:",
            "  erlmcp andon halt tools/echo --reason \"wrong answers\" --incident",
            "  erlmcp andon status tools/echo",
            "  erlmcp andon resume tools/echo --cause \"..\" --fix \"..\" --prevention \"..\"",
            "  erlmcp andon board"
        })
final class AndonCommand {
    private static final Duration LOOK = Duration.ofMillis(200);

    private final Terminal terminal;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    AndonCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    /** Where the board is, and how answers look. */
    static final class Where {
        @Mixin Operators node = new Operators();

        @Option(
                names = "--data",
                paramLabel = "DIR",
                description = "The data folder of a node that does not run, instead of a node.")
        @Nullable Path data;

        AndonTarget target() {
            return data == null
                    ? new AndonTarget.Running(node.client())
                    : new AndonTarget.Stopped(data);
        }
    }

    /** Why, and who says so. */
    static final class Why {
        @Option(names = "--reason", defaultValue = "", description = "Why; for operators only.")
        String reason = "";

        @Option(
                names = "--who",
                defaultValue = "${user.name}",
                description = "Who does it; default: the user of this system.")
        String who = "";

        @Option(
                names = "--incident",
                description = "Something is wrong: it stays halted until that is understood.")
        boolean isIncident;

        JsonObject.Builder json(String component) {
            return JsonObject.builder()
                    .put("component", component)
                    .put("reason", reason)
                    .put("who", who)
                    .put("incident", isIncident);
        }
    }

    @Command(
            name = "halt",
            description =
                    "Stops a component: new calls are refused, calls in progress go on, and it"
                            + " stays so over restarts.",
            footer = {
                "",
                "Examples:",
                "  erlmcp andon halt tools/echo --reason \"under repair\"",
                "  erlmcp andon halt node --now --incident --reason \"wrong answers\"",
                "  erlmcp andon halt tools/echo --data ~/.local/state/erlmcp/erlmcp"
            })
    int halt(
            @Parameters(paramLabel = "COMPONENT", description = "What.") String component,
            @Mixin Why why,
            @Option(names = "--now", description = "Cut calls in progress too.") boolean isNow,
            @Option(names = "--drain", description = "As andon drain.") boolean isDrain,
            @Mixin Where where)
            throws IOException, InterruptedException {
        if (isNow && isDrain) {
            throw new UsageException("--now cuts calls and --drain waits for them: give one");
        }
        if (isDrain) {
            return drain(component, null, why, false, where);
        }
        return changed(
                where, where.target().halt(why.json(checked(component)).put("now", isNow).build()));
    }

    @Command(
            name = "drain",
            description =
                    "Stops a component in order: new calls are refused, calls in progress have"
                            + " their time, then they are cut. Waits for the end.",
            footer = {"", "Example:", "  erlmcp andon drain tools/import --timeout 60"})
    int drain(
            @Parameters(paramLabel = "COMPONENT", description = "What.") String component,
            @Option(
                            names = "--timeout",
                            paramLabel = "SECONDS",
                            description =
                                    "How long calls in progress may go on; default:"
                                            + " drain.timeout of the node.")
                    @Nullable Integer seconds,
            @Mixin Why why,
            @Option(names = "--force", description = "Do not wait any longer for one under way.")
                    boolean isForced,
            @Mixin Where where)
            throws IOException, InterruptedException {
        AndonTarget target = where.target();
        if (isForced) {
            target.force(JsonObject.of("component", component, "who", why.who));
        } else {
            JsonObject.Builder order = why.json(checked(component));
            if (seconds != null) {
                if (seconds < 0 || seconds > 3600) {
                    throw new UsageException(
                            "--timeout " + seconds + " is not within 0 and 3600 seconds");
                }
                order.put("drainMs", seconds * 1000L);
            }
            JsonObject started = target.drain(order.build());
            warn(where, started);
        }
        return await(target, component, where);
    }

    private int await(AndonTarget target, String component, Where where)
            throws IOException, InterruptedException {
        JsonObject status = target.status(component);
        while (!status.requireString("phase").equals("stopped")) {
            if (terminal.showsProgress() && !where.node.isJson) {
                terminal.err()
                        .printf(
                                "\r\u001b[K%s: %s, %d calls in progress",
                                component,
                                status.requireString("phase"),
                                status.requireInteger("inFlight"));
                terminal.err().flush();
            }
            LockSupport.parkNanos(LOOK.toNanos());
            if (Thread.interrupted()) {
                throw new InterruptedException();
            }
            status = target.status(component);
        }
        if (terminal.showsProgress() && !where.node.isJson) {
            terminal.err().print("\r\u001b[K");
        }
        print(where, status);
        return 0;
    }

    @Command(
            name = "resume",
            description =
                    "Lets a component go on. After an incident it has to be written down what"
                            + " happened.",
            footer = {
                "",
                "Examples:",
                "  erlmcp andon resume tools/echo",
                "  erlmcp andon resume tools/echo --cause \"full disk\" --fix \"made room\""
                        + " --prevention \"alert at 80 %\""
            })
    int resume(
            @Parameters(paramLabel = "COMPONENT", description = "What.") String component,
            @Option(names = "--cause", defaultValue = "", description = "The root cause.")
                    String cause,
            @Option(names = "--fix", defaultValue = "", description = "What was done about it.")
                    String fix,
            @Option(
                            names = "--prevention",
                            defaultValue = "",
                            description = "What keeps it from coming back.")
                    String prevention,
            @Option(names = "--who", defaultValue = "${user.name}", description = "Who does it.")
                    String who,
            @Option(
                            names = "--force",
                            description = "Without all of these; it is written down that it was.")
                    boolean isForced,
            @Mixin Where where)
            throws IOException, InterruptedException {
        return changed(
                where,
                where.target()
                        .resume(
                                JsonObject.builder()
                                        .put("component", checked(component))
                                        .put("cause", cause)
                                        .put("fix", fix)
                                        .put("prevention", prevention)
                                        .put("who", who)
                                        .put("force", isForced)
                                        .build()));
    }

    @Command(
            name = "status",
            description = "Shows one component, or the board.",
            footer = {"", "Example:", "  erlmcp andon status tools/echo --json"})
    int status(
            @Parameters(paramLabel = "COMPONENT", arity = "0..1", description = "Which.")
                    @Nullable String component,
            @Mixin Where where)
            throws IOException, InterruptedException {
        if (component == null) {
            return board(where);
        }
        print(where, where.target().status(checked(component)));
        return 0;
    }

    @Command(
            name = "board",
            description = "Shows what is halted, since when and why, and the last stops.",
            footer = {"", "Example:", "  erlmcp andon board"})
    int board(@Mixin Where where) throws IOException, InterruptedException {
        JsonObject board = where.target().board();
        terminal.out().print(where.node.isJson ? board.toJson() + '\n' : AndonText.board(board));
        return 0;
    }

    @Command(
            name = "report",
            description = "Shows what stopped, how often, how long, and what comes back.",
            footer = {"", "Example:", "  erlmcp andon report"})
    int report(@Mixin Where where) throws IOException, InterruptedException {
        JsonObject report = where.target().report();
        terminal.out().print(where.node.isJson ? report.toJson() + '\n' : AndonText.report(report));
        return 0;
    }

    private int changed(Where where, JsonObject status) {
        print(where, status);
        warn(where, status);
        return 0;
    }

    private void print(Where where, JsonObject status) {
        terminal.out().print(where.node.isJson ? status.toJson() + '\n' : AndonText.status(status));
    }

    private void warn(Where where, JsonObject status) {
        if (where.node.isJson) {
            return;
        }
        if (!status.bool("kept").orElse(true)) {
            terminal.err()
                    .println(
                            "erlmcp: this holds until the node ends: it has no data folder"
                                    + " (data.dir)");
        }
        if (!status.bool("known").orElse(true)) {
            terminal.err()
                    .println(
                            "erlmcp: the node has no component "
                                    + Terminal.printable(status.requireString("component"))
                                    + " now");
        }
    }

    /** What is no component is a mistake of whoever typed it. */
    private static String checked(String component) {
        try {
            return Components.parse(component).path();
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    static String query(String component) {
        return "?component=" + URLEncoder.encode(component, StandardCharsets.UTF_8);
    }
}
