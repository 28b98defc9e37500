package io.erlmcp.telemetry;

import io.erlmcp.andon.Analysis;
import io.erlmcp.andon.AndonEvent;
import io.erlmcp.andon.Category;
import io.erlmcp.andon.Halt;
import io.erlmcp.andon.HaltState;
import io.erlmcp.andon.Phase;
import io.erlmcp.andon.Receipt;
import io.erlmcp.andon.Stop;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** One of each event of the andon cord. */
final class AndonEvents {
    private static final ComponentId ECHO = ComponentId.of("tools", "echo");
    private static final Halt HALT =
            new Halt(
                    1,
                    ECHO,
                    HaltState.HALTED_MANUAL,
                    Category.INCIDENT,
                    "why",
                    "me",
                    Instant.EPOCH);

    private AndonEvents() {}

    static List<AndonEvent> all() {
        return List.of(
                new AndonEvent.HaltsHeld(1),
                new AndonEvent.Halted(HALT),
                new AndonEvent.Resumed(new Stop(HALT, Instant.EPOCH, Analysis.NONE, true, "me")),
                new AndonEvent.CallDenied(ECHO, "tools/call"),
                new AndonEvent.CallsDenied(ECHO, "tools/call", 1),
                new AndonEvent.StartDenied(ECHO, HALT),
                new AndonEvent.PhaseChanged(ECHO, Phase.DRAINING),
                new AndonEvent.DrainFinished(ECHO, Duration.ofSeconds(1), 2, 1),
                new AndonEvent.ReceiptWritten(
                        new Receipt(
                                1,
                                Instant.EPOCH,
                                "me",
                                "test",
                                ECHO,
                                JsonObject.EMPTY,
                                Receipt.GENESIS,
                                Receipt.GENESIS)),
                new AndonEvent.NotKept("x", "y"),
                new AndonEvent.Unreadable("x", "y"),
                new AndonEvent.StateSaved(ECHO, 1, 0, 100),
                new AndonEvent.StateRestored(ECHO, 1, 0),
                new AndonEvent.StateExpired(ECHO, Duration.ofDays(8)));
    }
}
