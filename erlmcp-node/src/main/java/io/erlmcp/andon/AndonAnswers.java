package io.erlmcp.andon;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;

/** What operators are told of a component and of what they asked for. */
final class AndonAnswers {
    private AndonAnswers() {}

    /**
     * @param outcome in words, empty for an error
     * @param error in words, empty for none
     */
    record Answer(String outcome, String error) {
        private static Answer done(ComponentId component, Andon.Result result, String outcome) {
            String problem = result.problem();
            return new Answer(
                    outcome,
                    problem == null ? "" : component + ": " + outcome + ", but: " + problem);
        }

        private static Answer refused(String why) {
            return new Answer("", why);
        }
    }

    static Answer of(ComponentId component, Andon.Result result) {
        return switch (result.outcome()) {
            case AndonStep.Outcome.Halted it -> Answer.done(component, result, "halted");
            case AndonStep.Outcome.AlreadyHalted it ->
                    Answer.done(component, result, "already halted");
            case AndonStep.Outcome.Resumed it ->
                    Answer.done(
                            component,
                            result,
                            it.stop().isForced() ? "resumed by force" : "resumed");
            case AndonStep.Outcome.NotHalted it -> Answer.done(component, result, "not halted");
            case AndonStep.Outcome.NeedsAnalysis it ->
                    Answer.refused(
                            component
                                    + " stays halted until it is written down what happened;"
                                    + " missing: "
                                    + it.missing());
            case AndonStep.Outcome.Refused it -> Answer.refused(it.why());
        };
    }

    /** A component without what runs for it. */
    static JsonObject.Builder status(Andon andon, ComponentId component) {
        Halt halt = andon.haltOver(component);
        JsonObject.Builder status =
                JsonObject.builder()
                        .put("component", component.path())
                        .put("state", halt == null ? "normal" : halt.state().text())
                        .put("phase", halt == null ? "running" : "stopped")
                        .put("inFlight", 0);
        if (halt != null) {
            status.put("halt", BoardCodec.json(halt))
                    .put(
                            "needsAnalysis",
                            andon.limits().asksAlways() || AndonStep.needsAnalysis(halt))
                    .put("keeping", andon.isKeeping());
        }
        return status;
    }
}
