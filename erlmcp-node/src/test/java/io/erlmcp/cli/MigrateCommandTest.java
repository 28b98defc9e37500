package io.erlmcp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.andon.ReceiptCheck;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.store.DiskStore;
import io.erlmcp.store.StoreConfig;
import io.erlmcp.testing.Requirement;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

@Requirement("migrate.cli")
class MigrateCommandTest {
    private static final int MANY = 2_100;

    @TempDir Path folder;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    private int run(boolean isTerminal, String... arguments) {
        Terminal terminal =
                Terminal.of(
                        new PrintStream(out, true, StandardCharsets.UTF_8),
                        new PrintStream(err, true, StandardCharsets.UTF_8),
                        InputStream.nullInputStream(),
                        isTerminal);
        return new CommandLine(new MigrateCommand(terminal))
                .setExecutionExceptionHandler(
                        (failure, command, parsed) -> {
                            terminal.err().println(failure.getMessage());
                            return 1;
                        })
                .execute(arguments);
    }

    private String data() throws Exception {
        Path data = folder.resolve("data");
        try (DiskStore store =
                DiskStore.open(
                        StoreConfig.in(data.resolve("store")), Time.system(), Observer.NONE)) {
            for (int i = 0; i < MANY; i++) {
                store.values().put("key" + i, new JsonString("value"));
            }
        }
        return data.toString();
    }

    private String target() {
        return folder.resolve("target").toString();
    }

    @Test
    void aDataFolderIsCopiedAndTheProgressOfAllThatTakesLongIsShown() throws Exception {
        String data = data();
        assertThat(run(false, data, target() + 1)).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8).lines())
                .containsExactly(
                        "progress copied values: 1000",
                        "progress copied values: 2000",
                        "progress read values of the source: 1000",
                        "progress read values of the source: 2000",
                        "progress read values of the copy: 1000",
                        "progress read values of the copy: 2000");
        err.reset();
        assertThat(run(true, "disk:" + data, "disk:" + target())).isZero();
        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains(
                        "\r\u001b[Kcopied values: 1000",
                        "copied values: 2000",
                        "read values of the copy: 2000")
                .doesNotContain("\n");
        assertThat(out.toString(StandardCharsets.UTF_8))
                .contains(
                        "copied and compared: 0 sessions, 0 events, 0 requests, "
                                + MANY
                                + " values, 0 tasks")
                .contains("sha256 of both: ");
        try (DiskStore store =
                DiskStore.open(StoreConfig.in(Path.of(target())), Time.system(), Observer.NONE)) {
            assertThat(store.values().get("key7")).contains(new JsonString("value"));
        }
    }

    @Test
    void aDryRunSaysInJsonWhatItWouldDo() throws Exception {
        assertThat(run(false, data(), target(), "--dry-run", "--json")).isZero();
        JsonObject said = Json.parseObject(out.toString(StandardCharsets.UTF_8));
        assertThat(said.bool("copied")).contains(false);
        assertThat(said.integer("values")).contains((long) MANY);
        assertThat(Path.of(target())).doesNotExist();
    }

    @ParameterizedTest
    @CsvSource({
        "memory, target, running node",
        "replicated, target, from disk to disk",
        "nowhere, memory, running node",
        "http://127.0.0.1:9090, target, is no folder",
        "nowhere, target, there is no store"
    })
    void aWayThatIsNoneFailsAndSaysWhy(String from, String to, String why) {
        assertThat(run(false, from, to)).isEqualTo(1);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(why);
        assertThat(out.size()).isZero();
    }

    @Test
    void wrongUsageIsTwo() {
        assertThat(run(false, "alone")).isEqualTo(2);
    }

    private static List<String> receipts(Path data) throws Exception {
        List<String> all = new ArrayList<>();
        ReceiptCheck.check(
                data.resolve("andon"),
                it -> all.add(it.who() + ' ' + it.action() + ' ' + it.component()));
        return all;
    }

    @Test
    @Requirement("tcps.receipts")
    void aCopyLeavesAReceiptInTheDataFoldersOfBothStoresAndADryRunLeavesNone() throws Exception {
        Path from = Path.of(data());
        Path other = Files.createDirectory(folder.resolve("other"));
        Files.createFile(other.resolve("lock"));
        String to = other.resolve("store").toString();
        assertThat(run(false, from.toString(), to, "--dry-run", "--who", "Eve")).isZero();
        assertThat(receipts(from)).isEmpty();

        assertThat(run(false, from.toString(), to, "--who", "Ada")).isZero();

        assertThat(receipts(from)).containsExactly("Ada store.copy store");
        assertThat(receipts(other)).containsExactly("Ada store.copy store");
    }

    @Test
    @Requirement("tcps.receipts")
    void aCopyThatFailedLeavesAReceiptToo() throws Exception {
        Path from = Path.of(data());
        Path noFolder = Files.createFile(folder.resolve("file"));

        assertThat(
                        run(
                                false,
                                from.toString(),
                                noFolder.resolve("store").toString(),
                                "--who",
                                "Ada"))
                .isEqualTo(1);

        assertThat(receipts(from)).containsExactly("Ada store.copy_failed store");
    }

    @Test
    @Requirement("tcps.receipts")
    void aStoreThatLiesInNoDataFolderIsCopiedAndItIsSaidThatThereIsNoReceipt() throws Exception {
        Path alone = Path.of(data()).resolve("store");

        assertThat(run(false, alone.toString(), target())).isZero();

        assertThat(err.toString(StandardCharsets.UTF_8))
                .contains("erlmcp: no receipt of this: the store lies in no data folder");
    }
}
