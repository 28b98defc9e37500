package io.erlmcp.cli;

import io.erlmcp.andon.ReceiptCheck;
import io.erlmcp.andon.ReceiptPages;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code receipts verify|export}. */
@Command(
        name = "receipts",
        description = "Checks and shows the receipts of what operators and the node did.",
        footer = {
            "",
            "Each receipt has the hash of the one before it. The newest hash, noted elsewhere,"
                    + " proves",
            "all that came before it.",
            "",
            "Examples:",
            "  erlmcp receipts verify",
            "  erlmcp receipts export --data ~/.local/state/erlmcp/erlmcp > receipts.jsonl"
        })
final class ReceiptsCommand {
    private static final String DATA_HELP =
            "The data folder, instead of asking a node; one may be running.";

    private final Terminal terminal;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    ReceiptsCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Command(
            name = "verify",
            description =
                    "Compares every link of the chain. Exit code 1 when something was changed,"
                            + " taken out or cut off.",
            footer = {"", "Example:", "  erlmcp receipts verify --json"})
    int verify(
            @Mixin Operators node,
            @Option(names = "--data", paramLabel = "DIR", description = DATA_HELP)
                    @Nullable Path data)
            throws IOException, InterruptedException {
        JsonObject found =
                data == null
                        ? node.client().get("/receipts").without("listed")
                        : ReceiptPages.json(ReceiptCheck.check(ReceiptCheck.folder(data))).build();
        boolean isWhole = found.requireBool("whole");
        if (node.isJson) {
            terminal.out().println(found.toJson());
            return isWhole ? 0 : 1;
        }
        for (JsonValue problem : found.requireArray("problems")) {
            terminal.out()
                    .println("problem: " + Terminal.printable(((JsonString) problem).value()));
        }
        if (found.requireInteger("tornBytes") > 0) {
            terminal.out()
                    .println(
                            found.requireInteger("tornBytes")
                                    + " bytes of a receipt that was never finished");
        }
        terminal.out()
                .println(
                        (isWhole ? "whole: " : "NOT WHOLE: ")
                                + found.requireInteger("receipts")
                                + " receipts, "
                                + found.requireInteger("first")
                                + " to "
                                + found.requireInteger("last")
                                + ", the last with hash "
                                + found.requireString("lastHash"));
        return isWhole ? 0 : 1;
    }

    @Command(
            name = "export",
            description = "Writes all receipts as lines of JSON, and checks them as verify does.",
            footer = {"", "Example:", "  erlmcp receipts export > receipts.jsonl"})
    int export(
            @Mixin Operators node,
            @Option(names = "--data", paramLabel = "DIR", description = DATA_HELP)
                    @Nullable Path data)
            throws IOException, InterruptedException {
        JsonObject found;
        if (data == null) {
            found = exportFrom(node.client());
        } else {
            found =
                    ReceiptPages.json(
                                    ReceiptCheck.check(
                                            ReceiptCheck.folder(data),
                                            receipt -> terminal.out().println(receipt.line())))
                            .build();
        }
        boolean isWhole = found.requireBool("whole");
        if (!isWhole) {
            terminal.err()
                    .println(
                            "erlmcp: the chain is not whole: "
                                    + Terminal.printable(found.requireArray("problems").toJson()));
        }
        return isWhole ? 0 : 1;
    }

    /** Page by page. */
    private JsonObject exportFrom(AdminClient client) throws IOException, InterruptedException {
        long last = 0;
        while (true) {
            JsonObject page = client.get("/receipts?after=" + last);
            JsonArray listed = page.requireArray("listed");
            for (JsonValue receipt : listed) {
                terminal.out().println(receipt.toJson());
                last = ((JsonObject) receipt).requireInteger("number");
            }
            if (listed.isEmpty()) {
                return page;
            }
        }
    }
}
