package io.erlmcp.cli;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.store.StoreCheck;
import io.erlmcp.store.StoreRepair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code store check FOLDER} and {@code store repair FOLDER}. */
@Command(
        name = "store",
        description = "Looks at the store of a node that does not run, and saves what can be read.",
        footer = {
            "",
            "FOLDER is the folder store in data.dir.",
            "",
            "Examples:",
            "  erlmcp store check ~/.local/state/erlmcp/erlmcp/store",
            "  erlmcp store repair ~/.local/state/erlmcp/erlmcp/store"
        })
final class StoreCommand {
    private final Terminal terminal;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    StoreCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "check",
            description =
                    "Reads the whole store and compares it with its checksums; changes nothing."
                            + " Exit code 1 when something that was acknowledged is not there.",
            footer = {"", "Example:", "  erlmcp store check /var/lib/erlmcp/store"},
            mixinStandardHelpOptions = true)
    int check(
            @Parameters(paramLabel = "FOLDER", description = "The store.") Path folder,
            @Option(names = "--json", description = "For machines.") boolean isJson)
            throws IOException {
        StoreCheck.Found found = StoreCheck.check(store(folder));
        if (isJson) {
            terminal.out().println(json(found).build().toJson());
        } else {
            print(found);
        }
        return found.isWhole() ? 0 : 1;
    }

    @Command(
            name = "repair",
            description =
                    "Moves the store aside, makes a new one of what can be read, and prints what"
                            + " is lost.",
            footer = {"", "Example:", "  erlmcp store repair /var/lib/erlmcp/store"},
            mixinStandardHelpOptions = true)
    int repair(
            @Parameters(paramLabel = "FOLDER", description = "The store.") Path folder,
            @Option(names = "--who", defaultValue = "${user.name}", description = "Who does it.")
                    String who,
            @Option(names = "--json", description = "For machines.") boolean isJson)
            throws IOException {
        Path store = store(folder);
        StoreCheck.Found before = StoreCheck.check(store);
        StoreRepair.Repaired repaired = StoreRepair.repair(store, Instant.now());
        new StoreReceipts(terminal, who)
                .of(folder, store)
                .write(
                        "store.repair",
                        JsonObject.builder()
                                .put("kept", repaired.before().toString())
                                .put("sessions", repaired.found().sessions())
                                .put("values", repaired.found().values())
                                .put("tasks", repaired.found().tasks())
                                .put("problems", before.problems().size())
                                .put("whole", repaired.found().isWhole())
                                .build());
        if (isJson) {
            terminal.out()
                    .println(
                            json(repaired.found())
                                    .put("kept", repaired.before().toString())
                                    .put("lost", JsonArray.of(before.problems().toArray()))
                                    .build()
                                    .toJson());
        } else {
            before.problems().forEach(line -> terminal.out().println("lost: " + line));
            print(repaired.found());
            terminal.out().println("the store as it was: " + repaired.before());
        }
        return repaired.found().isWhole() ? 0 : 1;
    }

    /** Takes the data folder for the store in it. */
    private static Path store(Path folder) {
        Path inside = folder.resolve("store");
        return Files.isDirectory(inside) ? inside : folder;
    }

    private void print(StoreCheck.Found found) {
        found.problems().forEach(line -> terminal.out().println("problem: " + line));
        terminal.out()
                .println(
                        (found.isWhole() ? "whole: " : "readable: ")
                                + found.sessions()
                                + " sessions, "
                                + found.events()
                                + " events, "
                                + found.values()
                                + " values, "
                                + found.tasks()
                                + " tasks");
        if (found.orphans() > 0) {
            terminal.out()
                    .println(
                            found.orphans()
                                    + " entries belong to sessions that are not there;"
                                    + " a repair leaves them out");
        }
    }

    private static JsonObject.Builder json(StoreCheck.Found found) {
        return JsonObject.builder()
                .put("whole", found.isWhole())
                .put("problems", JsonArray.of(found.problems().toArray()))
                .put("sessions", found.sessions())
                .put("events", found.events())
                .put("values", found.values())
                .put("tasks", found.tasks())
                .put("orphans", found.orphans());
    }
}
