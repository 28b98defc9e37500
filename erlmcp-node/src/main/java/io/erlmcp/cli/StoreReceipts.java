package io.erlmcp.cli;

import io.erlmcp.andon.Andon;
import io.erlmcp.andon.AndonOffline;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Receipts of what commands do to stores of nodes that do not run: in their data folders. */
final class StoreReceipts {
    private static final ComponentId STORE = ComponentId.of("store");
    private final Terminal terminal;
    private final String who;
    private final Set<Path> data = new LinkedHashSet<>();

    StoreReceipts(Terminal terminal, String who) {
        this.terminal = terminal;
        this.who = who.isBlank() ? "an operator" : who.strip();
    }

    /**
     * A store that something is done to.
     *
     * @param given what the operator named: the store, or the data folder that it lies in
     */
    StoreReceipts of(Path given, Path store) {
        Path folder = given.equals(store) ? around(store) : given;
        if (folder != null) {
            data.add(folder.toAbsolutePath().normalize());
        }
        return this;
    }

    /** The folder of a node; null for a store that lies elsewhere. */
    private static @Nullable Path around(Path store) {
        Path parent = store.toAbsolutePath().normalize().getParent();
        boolean isData =
                parent != null
                        && (Files.exists(parent.resolve("lock"))
                                || Files.isDirectory(parent.resolve(Andon.FOLDER)));
        return isData ? parent : null;
    }

    /** Writes it; what was done is done, so that a receipt that is not written is told alone. */
    void write(String action, JsonObject details) {
        if (data.isEmpty()) {
            terminal.err().println("erlmcp: no receipt of this: the store lies in no data folder");
        }
        for (Path folder : data) {
            try {
                AndonOffline.receipt(folder, who, action, STORE, details);
            } catch (IOException e) {
                terminal.err().println("erlmcp: no receipt of this: " + e.getMessage());
            }
        }
    }
}
