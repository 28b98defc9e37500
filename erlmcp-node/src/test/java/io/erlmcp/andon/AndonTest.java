package io.erlmcp.andon;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.andon.AndonStep.Outcome;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.observability.Observer;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class AndonTest {
    private static final ComponentId ECHO = Components.tool("echo");

    @TempDir Path data;

    private final ManualTime time = new ManualTime();
    private final Queue<Event> events = new ConcurrentLinkedQueue<>();

    private Andon open() {
        return open(Disk.REAL);
    }

    private Andon open(Disk disk) {
        return Andon.open(data, AndonLimits.DEFAULTS, disk, time, events::add);
    }

    private static Andon.Result halt(Andon andon, ComponentId component) {
        return andon.halt(component, HaltState.HALTED_MANUAL, Category.MANUAL, "repair", "me");
    }

    private static Andon.Result resume(Andon andon, ComponentId component) {
        return andon.resume(component, new Analysis("a", "b", "c"), false, "me");
    }

    private Path halts() {
        return data.resolve("andon/halts.json");
    }

    @Test
    @Requirement({"andon.halt-store", "andon.halt-api", "andon.halt-tests"})
    void aHaltOutlivesARestartAndAResumeToo() {
        Andon first = open();
        assertThat(halt(first, ECHO).isKept()).isTrue();

        Andon second = open();
        assertThat(second.isHalted(ECHO)).isTrue();
        assertThat(second.state(ECHO)).isEqualTo(HaltState.HALTED_MANUAL);
        assertThat(second.halts()).extracting(Halt::component).containsExactly(ECHO);
        resume(second, ECHO);

        Andon third = open();
        assertThat(third.isHalted(ECHO)).isFalse();
        assertThat(third.state(ECHO)).isEqualTo(HaltState.NORMAL);
        assertThat(third.board().history()).hasSize(1);
    }

    @Test
    @Requirement("andon.halt-api")
    void aCallOfWhatIsHaltedIsRefusedWithItsComponentAndSinceButNotTheReason() {
        Andon andon = open();
        halt(andon, ECHO);

        Refusal refusal = andon.gate().check("tools/call", "echo");

        assertThat(refusal).isNotNull();
        assertThat(refusal.component()).isEqualTo(ECHO);
        assertThat(refusal.since()).isEqualTo(time.now());
        assertThat(refusal.message()).contains("tools/echo", "manual").doesNotContain("repair");
        assertThat(andon.gate().check("tools/call", "other")).isNull();
        assertThat(andon.gate().check("prompts/get", "echo")).isNull();
        assertThat(andon.gate().check("tools/list", null)).isNull();
    }

    @Test
    void aHaltOfTheNodeRefusesWhatRunsUserCodeAndNothingElse() {
        Andon andon = open();
        halt(andon, ComponentId.NODE);

        for (String method :
                List.of("tools/call", "prompts/get", "resources/read", "completion/complete")) {
            assertThat(andon.gate().check(method, "x")).as(method).isNotNull();
        }
        for (String method : List.of("initialize", "ping", "tools/list", "server/discover")) {
            assertThat(andon.gate().check(method, null)).as(method).isNull();
        }
        assertThat(andon.notReady()).contains("node is halted");
        assertThat(andon.mayStart(ComponentId.of("listeners", "http"))).isTrue();
    }

    @Test
    void whatComesFromAHaltedUpstreamIsRefused() {
        Andon andon = open();
        ComponentId github = ComponentId.of("upstreams", "github");
        andon.owner((method, name) -> name.startsWith("github_") ? github : null);
        halt(andon, github);

        assertThat(andon.gate().check("tools/call", "github_issue"))
                .extracting(Refusal::component)
                .isEqualTo(github);
        assertThat(andon.gate().check("tools/call", "echo")).isNull();
        assertThat(andon.callsOf(github).test("tools/call", "github_issue")).isTrue();
        assertThat(andon.callsOf(github).test("tools/call", "echo")).isFalse();
    }

    @Test
    @Requirement("andon.draining")
    void aCallThatComesThroughAHaltedListenerIsRefusedInItsName() {
        Andon andon = open();
        ComponentId tcp = ComponentId.of("listeners", "tcp");
        andon.door(transport -> transport.equals("tcp") ? tcp : null);
        CallGate gate = CallGate.of(List.of(CallGate.OPEN, andon.gate()));
        assertThat(gate.check("tools/call", "echo", "tcp")).isNull();
        halt(andon, tcp);

        assertThat(gate.check("tools/call", "echo", "tcp"))
                .extracting(Refusal::component)
                .isEqualTo(tcp);
        assertThat(gate.check("completion/complete", null, "tcp")).isNotNull();
        assertThat(gate.check("tools/list", null, "tcp")).isNull();
        assertThat(gate.check("tools/call", "echo", "http")).isNull();
        assertThat(gate.check("tools/call", "echo")).isNull();
    }

    @Test
    @Requirement("andon.startup-skip")
    void aHaltedComponentIsNotStartedAndThatIsTold() {
        Andon andon = open();
        ComponentId tcp = ComponentId.of("listeners", "tcp");
        halt(andon, tcp);

        assertThat(andon.mayStart(tcp)).isFalse();
        assertThat(andon.mayStart(ComponentId.of("listeners", "http"))).isTrue();
        assertThat(events).anyMatch(AndonEvent.StartDenied.class::isInstance);
    }

    @Test
    void refusedCallsAreCountedEachAndToldOnceASecond() {
        Andon andon = open();
        halt(andon, ECHO);
        for (int i = 0; i < 100; i++) {
            andon.gate().check("tools/call", "echo");
        }
        time.pass(Duration.ofSeconds(1));
        andon.gate().check("tools/call", "echo");

        assertThat(events.stream().filter(AndonEvent.CallDenied.class::isInstance)).hasSize(101);
        assertThat(
                        events.stream()
                                .filter(AndonEvent.CallsDenied.class::isInstance)
                                .map(it -> ((AndonEvent.CallsDenied) it).count()))
                .containsExactly(1L, 100L);
    }

    @Test
    void aHaltThatTheDiskDoesNotTakeStopsTheLineAndSaysThatItIsNotKept() {
        FaultyDisk disk = FaultyDisk.working();
        Andon andon = open(disk);
        disk.failFromNowOn();

        Andon.Result result = halt(andon, ECHO);

        assertThat(result.isKept()).isFalse();
        assertThat(result.problem()).contains("Input/output error");
        assertThat(andon.gate().check("tools/call", "echo")).isNotNull();
        disk.workAgain();
        assertThat(halt(andon, ECHO).isKept()).as("asked for again").isTrue();
        assertThat(open().isHalted(ECHO)).isTrue();
    }

    @Test
    void aResumeThatTheDiskDoesNotTakeLeavesItHalted() {
        FaultyDisk disk = FaultyDisk.working();
        Andon andon = open(disk);
        halt(andon, ECHO);
        disk.failFromNowOn();

        assertThat(resume(andon, ECHO).outcome()).isInstanceOf(Outcome.Refused.class);
        assertThat(andon.isHalted(ECHO)).isTrue();
        assertThat(andon.gate().check("tools/call", "echo")).isNotNull();
    }

    @Test
    @Requirement({"andon.halt-tests", "andon.phase1-integration"})
    void concurrentHaltsAreAllKept() throws InterruptedException {
        Andon andon = open();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            ComponentId component = Components.tool("t" + i);
            threads.add(Thread.ofVirtual().start(() -> halt(andon, component)));
        }
        for (Thread thread : threads) {
            thread.join();
        }

        assertThat(open().halts()).hasSize(20);
        assertThat(open().board().revision()).isEqualTo(20);
    }

    @Test
    void withoutADataFolderAHaltHoldsAndSaysThatItIsNotKept() {
        Andon andon = Andon.keepingNothing(AndonLimits.DEFAULTS, time, Observer.NONE);

        assertThat(halt(andon, ECHO).isKept()).isFalse();
        assertThat(andon.isHalted(ECHO)).isTrue();
        assertThat(andon.isKeeping()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "a b", "/x", "x//y", "tools/", "ä"})
    @Requirement("andon.halt-tests")
    void whatIsNoComponentIsRefusedByName(String text) {
        assertThatThrownBy(() -> Components.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("\"" + text + "\" is no component");
    }

    @Test
    void namesAndUrisThatAreNoPathsAreWrittenAsOnes() {
        assertThat(Components.parse("resources/file:///a b").path())
                .isEqualTo("resources/file_3A_2F_2F_2Fa_20b");
        assertThat(Components.tool("a/b").path()).isEqualTo("tools/a/b");
        assertThat(Components.tool("a b").path()).isEqualTo("tools/a_20b");
        assertThat(Components.resource("x".repeat(500)).path()).hasSize(ComponentId.MAX_LENGTH);
        assertThat(Components.resource("x".repeat(500)))
                .isNotEqualTo(Components.resource("x".repeat(501)));
    }

    @Test
    void theFileIsItsOwnersAlone() throws IOException {
        halt(open(), ECHO);

        assertThat(Files.getPosixFilePermissions(halts())).hasSize(2);
    }

    @Test
    void aChangeWhoseReceiptWasLostGetsItAtTheNextStart() throws IOException {
        halt(open(), ECHO);
        Path receipts = ReceiptFiles.path(data.resolve("andon"), 1);
        Files.delete(receipts);
        Files.delete(ReceiptFiles.head(data.resolve("andon")));

        open();

        assertThat(Files.readString(receipts, StandardCharsets.UTF_8))
                .contains("\"action\":\"andon.halt\"", "\"late\":true");
    }

    @Test
    @Requirement("tcps.receipts")
    void everyChangeLeavesAReceipt() throws IOException {
        Andon andon = open();
        halt(andon, ECHO);
        andon.halt(ECHO, HaltState.HALTED_FATAL, Category.FAILURES, "again", "recovery");
        andon.resume(ECHO, Analysis.NONE, true, "me");

        List<String> actions = new ArrayList<>();
        ReceiptCheck.Found found =
                ReceiptCheck.check(
                        data.resolve("andon"),
                        it -> actions.add(it.action() + ' ' + it.component() + ' ' + it.who()));

        assertThat(actions)
                .containsExactly(
                        "andon.halt tools/echo me",
                        "andon.halt tools/echo recovery",
                        "andon.resume.forced tools/echo me");
        assertThat(found.isWhole()).isTrue();
    }

    @Test
    void aTornReceiptIsCutOffAndSaid() throws IOException {
        halt(open(), ECHO);
        Path receipts = ReceiptFiles.path(data.resolve("andon"), 1);
        Files.writeString(receipts, "{\"number\":2,\"at", StandardOpenOption.APPEND);
        assertThat(ReceiptCheck.check(data.resolve("andon")).tornBytes()).isEqualTo(15);

        open();

        ReceiptCheck.Found found = ReceiptCheck.check(data.resolve("andon"));
        assertThat(found.problems()).isEmpty();
        assertThat(found.tornBytes()).isZero();
        assertThat(Files.readString(receipts)).contains("receipts.torn", "15 bytes");
    }
}
