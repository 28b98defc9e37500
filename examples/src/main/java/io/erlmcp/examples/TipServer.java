package io.erlmcp.examples;

import io.erlmcp.feature.ToolFailure;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.server.McpServer;

/**
 * Tools from code instead of annotations; its test shows how to test one's own server in memory.
 */
public final class TipServer {
    public record Bill(double amount, int percent) {}

    public record Tip(double tip, double total) {}

    private TipServer() {}

    public static McpServer build() {
        return McpServer.builder("tips", "1.0")
                .add(
                        ToolSpec.typed("tip", Bill.class, Tip.class, (bill, call) -> tip(bill))
                                .description("Adds a tip to a bill")
                                .nonBlocking())
                .build();
    }

    private static Tip tip(Bill bill) {
        if (bill.percent() > 100) {
            throw new ToolFailure("A tip of " + bill.percent() + " % is a mistake");
        }
        double tip = bill.amount() * bill.percent() / 100;
        return new Tip(tip, bill.amount() + tip);
    }
}
