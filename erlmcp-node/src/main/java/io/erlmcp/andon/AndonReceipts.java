package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;

/** What the receipt of a change of the board says. */
final class AndonReceipts {
    private AndonReceipts() {}

    /** The draft: who, action, component and details. */
    static JsonObject draft(AndonStep.Outcome change, long revision) {
        return switch (change) {
            case AndonStep.Outcome.Halted it -> halted(it.halt(), revision);
            case AndonStep.Outcome.Resumed it -> resumed(it.stop(), revision);
            case AndonStep.Outcome.AlreadyHalted it -> none(it);
            case AndonStep.Outcome.NotHalted it -> none(it);
            case AndonStep.Outcome.NeedsAnalysis it -> none(it);
            case AndonStep.Outcome.Refused it -> none(it);
        };
    }

    private static JsonObject none(AndonStep.Outcome outcome) {
        throw new IllegalArgumentException("this changes nothing: " + outcome);
    }

    private static JsonObject halted(Halt halt, long revision) {
        return draft(
                halt.who(),
                "andon.halt",
                halt.component(),
                JsonObject.builder()
                        .put("event", halt.number())
                        .put("state", halt.state().text())
                        .put("category", halt.category().text())
                        .put("reason", halt.reason())
                        .put(ReceiptLog.REVISION, revision)
                        .build());
    }

    private static JsonObject resumed(Stop stop, long revision) {
        return draft(
                stop.resumedBy(),
                stop.isForced() ? "andon.resume.forced" : "andon.resume",
                stop.halt().component(),
                JsonObject.builder()
                        .put("event", stop.halt().number())
                        .put("cause", stop.analysis().cause())
                        .put("fix", stop.analysis().fix())
                        .put("prevention", stop.analysis().prevention())
                        .put("lastedMs", stop.lasted().toMillis())
                        .put(ReceiptLog.REVISION, revision)
                        .build());
    }

    private static JsonObject draft(
            String who, String action, ComponentId component, JsonObject details) {
        return JsonObject.of(
                "who", who, "action", action, "component", component.path(), "details", details);
    }
}
