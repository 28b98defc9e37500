package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.run;
import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.andon.Receipt;
import io.erlmcp.andon.ReceiptCheck;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.node.CordFixture.Ran;
import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import io.erlmcp.store.DiskStore;
import io.erlmcp.store.StoreConfig;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators do with the store of a node that does not run. */
@Requirement({"R03", "session.dets"})
class StoreCommandTest {
    private static final int VALUES = 50;

    @TempDir Path data;

    @BeforeEach
    void fill() throws Exception {
        try (DiskStore store = open()) {
            for (int i = 0; i < VALUES; i++) {
                store.values().put("key" + i, new JsonString("value"));
            }
        }
    }

    private DiskStore open() throws Exception {
        return DiskStore.open(StoreConfig.in(data.resolve("store")), Time.system(), Observer.NONE);
    }

    private Ran store(String... words) {
        return run(Stream.concat(Stream.of("store"), Stream.of(words)).toArray(String[]::new));
    }

    private void damage() throws IOException {
        try (Stream<Path> all = Files.walk(data)) {
            Path log =
                    all.filter(it -> it.toString().endsWith(".log"))
                            .max(Comparator.comparingLong(it -> it.toFile().length()))
                            .orElseThrow();
            byte[] bytes = Files.readAllBytes(log);
            bytes[bytes.length / 2] ^= 1;
            Files.write(log, bytes);
        }
    }

    @Test
    void aWholeStoreIsCheckedByItsFolderOrItsDataFolder() {
        Ran check = store("check", data.toString());
        assertThat(check.code()).isZero();
        assertThat(check.out()).isEqualTo("whole: 0 sessions, 0 events, 50 values, 0 tasks\n");
        Ran json = store("check", data.resolve("store").toString(), "--json");
        assertThat(json.code()).isZero();
        assertThat(json.json().bool("whole")).contains(true);
        assertThat(json.json().integer("values")).contains((long) VALUES);
        assertThat(json.json().requireArray("problems").isEmpty()).isTrue();
    }

    @Test
    void damageIsFoundAndRepairKeepsWhatCanBeReadAndSaysWhatIsLost() throws Exception {
        damage();
        Ran check = store("check", data.toString(), "--json");
        assertThat(check.code()).isEqualTo(1);
        assertThat(check.json().bool("whole")).contains(false);
        assertThat(check.json().requireArray("problems").isEmpty()).isFalse();
        assertThat(store("check", data.toString()).out()).contains("problem: ");

        Ran repair = store("repair", data.toString(), "--json");

        assertThat(repair.code()).as(repair.out()).isZero();
        JsonObject said = repair.json();
        assertThat(said.bool("whole")).contains(true);
        assertThat(said.requireArray("lost").isEmpty()).isFalse();
        assertThat(Path.of(said.requireString("kept"))).isDirectory();
        assertThat(store("check", data.toString()).code()).isZero();
        try (DiskStore store = open()) {
            long kept = said.integer("values").orElseThrow();
            assertThat(store.values().keys(null, VALUES)).hasSize((int) kept);
            assertThat(kept).isLessThan(VALUES);
        }
    }

    @Test
    void repairForPeopleNamesTheStoreAsItWas() throws Exception {
        damage();
        Ran repair = store("repair", data.toString());
        assertThat(repair.code()).isZero();
        assertThat(repair.out()).contains("lost: ", "whole: ", "the store as it was: ");
    }

    @Test
    void whatIsNoStoreFailsAndNoFolderIsWrongUsage() {
        assertThat(store("check", data.resolve("nothing").toString()).code()).isEqualTo(1);
        assertThat(store("repair", data.resolve("nothing").toString()).code()).isEqualTo(1);
        assertThat(data.resolve("nothing")).doesNotExist();
        assertThat(store("check").code()).isEqualTo(2);
        assertThat(store().code()).isEqualTo(2);
    }

    private List<Receipt> receipts() throws IOException {
        List<Receipt> all = new ArrayList<>();
        assertThat(ReceiptCheck.check(data.resolve("andon"), all::add).isWhole()).isTrue();
        return all;
    }

    @Test
    @Requirement("tcps.receipts")
    void aRepairLeavesAReceiptInTheDataFolderOfWhoDidItAndWhatIsLeft() throws Exception {
        damage();
        assertThat(store("repair", data.toString(), "--who", "Ada").code()).isZero();
        // by the folder of the store itself, which is known to lie in a data folder now
        assertThat(store("repair", data.resolve("store").toString(), "--who", "Eve").code())
                .isZero();

        assertThat(receipts())
                .extracting(it -> it.who() + ' ' + it.action() + ' ' + it.component())
                .containsExactly("Ada store.repair store", "Eve store.repair store");
        JsonObject first = receipts().getFirst().details();
        assertThat(first.requireInteger("problems")).isPositive();
        assertThat(first.requireInteger("values")).isLessThan(VALUES);
        assertThat(Path.of(first.requireString("kept"))).isDirectory();
    }

    @Test
    @Requirement("tcps.receipts")
    void aRepairThatDidNothingLeavesNone() throws Exception {
        assertThat(store("repair", data.resolve("nothing").toString()).code()).isEqualTo(1);
        assertThat(data.resolve("andon")).doesNotExist();
    }
}
