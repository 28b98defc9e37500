package io.erlmcp.cli;

import io.erlmcp.json.JsonObject;
import io.erlmcp.store.DiskStore;
import io.erlmcp.store.StoreCopy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code migrate SOURCE TARGET}: copies the sessions of a node that does not run. */
@Command(
        name = "migrate",
        description =
                "Copies the sessions, events, values and tasks of a node that does not run into a"
                    + " new store, and proves that the copy is equal. The source is not changed.",
        footer = {
            "",
            "SOURCE is a data folder, or the store in it. TARGET is the folder of the new store,"
                    + " which must be missing or empty; disk: may stand before either.",
            "Sessions in memory are those of a running node: move them, or those of any node that"
                    + " must not stop, with sessions.backend: migrating.",
            "",
            "Examples:",
            "  erlmcp migrate /var/lib/erlmcp /mnt/new/store",
            "  erlmcp migrate /var/lib/erlmcp /mnt/new/store --dry-run --json"
        })
final class MigrateCommand implements Callable<Integer> {
    private static final int EVERY = 1_000;
    private static final String DISK = "disk:";

    private final Terminal terminal;

    @Parameters(index = "0", paramLabel = "SOURCE", description = "Where the sessions are.")
    String source = "";

    @Parameters(index = "1", paramLabel = "TARGET", description = "Where they are to go.")
    String target = "";

    @Option(names = "--dry-run", description = "Only say what would be copied.")
    boolean isDryRun;

    @Option(names = "--who", defaultValue = "${user.name}", description = "Who does it.")
    String who = "";

    @Option(names = "--json", description = "For machines.")
    boolean isJson;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    private boolean isDrawn;

    MigrateCommand(Terminal terminal) {
        this.terminal = terminal;
    }

    @Override
    public Integer call() throws IOException {
        Path from = folder(source);
        Path to = folder(target);
        Path inside = from.resolve("store");
        Path store = !DiskStore.isThere(from) && Files.isDirectory(inside) ? inside : from;
        StoreReceipts receipts = new StoreReceipts(terminal, who).of(from, store).of(to, to);
        JsonObject way = JsonObject.of("source", store.toString(), "target", to.toString());
        boolean wasThere = Files.exists(to);
        StoreCopy.Copied copied;
        try {
            copied =
                    isDryRun
                            ? StoreCopy.look(store, to, this::progress)
                            : StoreCopy.copy(store, to, this::progress);
        } catch (IOException e) {
            erase();
            if (!isDryRun && DiskStore.isThere(store) && !wasThere) {
                receipts.write("store.copy_failed", way);
            }
            throw e;
        }
        erase();
        print(store, to, copied);
        if (!isDryRun) {
            receipts.write("store.copy", way.with("sha256", copied.checksum()));
        }
        return 0;
    }

    /**
     * @throws IOException for what holds no sessions that a command can copy
     */
    private static Path folder(String place) throws IOException {
        String name = place.startsWith(DISK) ? place.substring(DISK.length()) : place;
        if (name.equals("memory")) {
            throw new IOException(
                    "memory: these sessions are in a running node; move them with"
                            + " sessions.backend: migrating and migration.source: memory");
        }
        if (name.equals("replicated") || name.equals("cluster")) {
            throw new IOException(name + ": this command copies folders only, from disk to disk");
        }
        if (name.isBlank() || name.contains("://")) {
            throw new IOException(place + ": is no folder");
        }
        return Path.of(name);
    }

    private void progress(String what, long entries) {
        if (entries == 0 || entries % EVERY != 0) {
            return;
        }
        if (!terminal.showsProgress()) {
            terminal.err().println("progress " + what + ": " + entries);
            return;
        }
        terminal.err().print("\r\u001b[K" + what + ": " + entries);
        terminal.err().flush();
        isDrawn = true;
    }

    private void erase() {
        if (isDrawn) {
            terminal.err().print("\r\u001b[K");
            terminal.err().flush();
        }
    }

    private void print(Path from, Path to, StoreCopy.Copied copied) {
        if (isJson) {
            terminal.out()
                    .println(
                            JsonObject.builder()
                                    .put("source", from.toString())
                                    .put("target", to.toString())
                                    .put("copied", !isDryRun)
                                    .put("sessions", copied.sessions())
                                    .put("events", copied.events())
                                    .put("work", copied.work())
                                    .put("values", copied.values())
                                    .put("tasks", copied.tasks())
                                    .put("sha256", copied.checksum())
                                    .build()
                                    .toJson());
            return;
        }
        terminal.out()
                .println(
                        (isDryRun ? "would copy: " : "copied and compared: ")
                                + copied.sessions()
                                + " sessions, "
                                + copied.events()
                                + " events, "
                                + copied.work()
                                + " requests, "
                                + copied.values()
                                + " values, "
                                + copied.tasks()
                                + " tasks to "
                                + to);
        terminal.out().println((isDryRun ? "sha256: " : "sha256 of both: ") + copied.checksum());
    }
}
