package io.erlmcp.node;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonEvent;
import io.erlmcp.andon.Receipt;
import io.erlmcp.andon.ReceiptLog;
import io.erlmcp.config.MigrationSettings;
import io.erlmcp.config.NodeConfig;
import io.erlmcp.config.SessionsConfig;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import java.io.IOException;
import java.util.List;
import java.util.Set;

/** The receipt of the phase in which sessions move from one store to another: of each change. */
final class MigrationPhase {
    private static final String ACTION = "migration.phase";

    private MigrationPhase() {}

    /** Writes the receipt of a node that starts, unless the last run was in the same phase. */
    static void told(NodeConfig config, ReceiptLog receipts, Observer observer) {
        if (config.sessions().backend() != SessionsConfig.Backend.MIGRATING) {
            return;
        }
        MigrationSettings wanted = config.migration();
        JsonObject phase =
                JsonObject.of(
                        "phase",
                        wanted.phase(),
                        "source",
                        wanted.source(),
                        "target",
                        wanted.target());
        try {
            List<Receipt> before = receipts.earlier(Set.of(ACTION), 1);
            if (before.isEmpty() || !before.getFirst().details().equals(phase)) {
                receipts.write(Andon.NODE_ITSELF, ACTION, ComponentId.of("sessions"), phase);
            }
        } catch (IOException e) {
            observer.on(new AndonEvent.NotKept("the receipt of a migration's phase", e.toString()));
        }
    }
}
