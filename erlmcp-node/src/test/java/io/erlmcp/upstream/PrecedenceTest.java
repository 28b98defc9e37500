package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.erlmcp.client.Call;
import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who of real children goes last, as the kernel says of them. */
@Requirement("upstream.isolated")
class PrecedenceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final long A_SECOND = 1_000_000_000;

    private final Fixture fixture = new Fixture();

    @AfterEach
    void close() {
        fixture.close();
    }

    /** As the kernel says it; where it heeds no such number, nothing is done. */
    private static boolean isHeeded() throws IOException {
        Path divided = Path.of("/proc/sys/kernel/sched_autogroup_enabled");
        return Files.exists(divided)
                && Files.readString(divided).strip().equals("1")
                && ChildSession.areNumbersHeeded();
    }

    /** The last word about its session; {@code elsewhere} where there are none. */
    private static int nice(ProcessHandle process, int elsewhere) throws IOException {
        if (!isHeeded()) {
            return elsewhere;
        }
        String text = Files.readString(Path.of("/proc/" + process.pid() + "/autogroup")).strip();
        return Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
    }

    private static void awaitNice(ProcessHandle process, int nice) {
        await().atMost(PATIENCE).until(() -> nice(process, nice) == nice);
    }

    private List<String> putLast() {
        return fixture.events(UpstreamEvent.PutLast.class).stream()
                .map(UpstreamEvent.PutLast::why)
                .toList();
    }

    private void failTwice(McpClient client) {
        for (int run = 1; run <= 2; run++) {
            int runs = run;
            assertThatThrownBy(() -> client.call("die", JsonObject.EMPTY))
                    .hasMessageContaining("is not there");
            await().atMost(PATIENCE)
                    .until(() -> fixture.events(UpstreamEvent.Up.class).size() > runs);
        }
    }

    private static JsonObject until(Path end, boolean answersFirst) {
        return JsonObject.of("until", end.toString(), "answersFirst", answersFirst);
    }

    @Test
    void aChildThatComputesWithoutAWordGoesLastUntilItSpeaks(@TempDir Path folder)
            throws Exception {
        Upstream upstream = fixture.add(ChildUpstreamTest.bad("bad"));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            ProcessHandle process = ChildUpstreamTest.processes(client).getFirst();
            awaitNice(process, 0);
            Path end = folder.resolve("end");

            Call<CallToolResult> call = client.start("spin", until(end, false));

            awaitNice(process, Precedence.LAST);
            if (isHeeded()) {
                assertThat(upstream.describe().requireBool("goesLast")).isTrue();
                assertThat(putLast()).last().isEqualTo("computes and says nothing");
            }

            Files.createFile(end);

            assertThat(ChildUpstreamTest.text(call.await())).startsWith("computes");
            awaitNice(process, 0);
            await().atMost(PATIENCE).until(() -> !upstream.describe().requireBool("goesLast"));
        }
    }

    @Test
    void aChildThatGoesOnComputingAfterItsAnswerGoesLastAndOneThatWaitsDoesNot(@TempDir Path folder)
            throws Exception {
        // longer than a JVM that has just started compiles without a pause
        Duration patience = Duration.ofMillis(400);
        fixture.add(
                Fixture.with(ChildUpstreamTest.bad("bad"), new UpstreamSettings.Turn(0, patience)));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            ProcessHandle process = ChildUpstreamTest.processes(client).getFirst();
            Call<CallToolResult> waiting = client.start("wait", JsonObject.EMPTY);
            awaitNice(process, 0);
            await().during(patience.multipliedBy(3)).until(() -> nice(process, 0) == 0);
            waiting.cancel();
            Path end = folder.resolve("end");

            assertThat(ChildUpstreamTest.text(client.call("spin", until(end, true))))
                    .startsWith("computes");

            awaitNice(process, Precedence.LAST);
            Files.createFile(end);
            ChildUpstreamTest.processes(client); // it speaks
            awaitNice(process, 0);
        }
    }

    @Test
    void aChildThatFailedASecondTimeGoesLastFromTheStartOfItsNextRunOn() throws Exception {
        List<Integer> began = new CopyOnWriteArrayList<>();
        // longer than a JVM that has just started computes for its first call
        Duration patience = Duration.ofSeconds(30);
        fixture.add(
                Fixture.with(
                        Fixture.with(
                                ChildUpstreamTest.bad("bad"),
                                new UpstreamSettings.Turn(0, patience)),
                        it ->
                                (lines, nice) -> {
                                    began.add(nice);
                                    return it.open(lines, nice);
                                }));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            failTwice(client);
            assertThat(nice(ChildUpstreamTest.processes(client).getFirst(), Precedence.LAST))
                    .isEqualTo(Precedence.LAST);
            assertThat(began).containsExactly(0, 0, isHeeded() ? Precedence.LAST : 0);
            assertThat(putLast())
                    .hasSize(isHeeded() ? 1 : 0)
                    .allMatch("failed computing, or again"::equals);
        }
    }

    @Test
    void whereItIsTurnedOffNoChildGoesLast(@TempDir Path folder) throws Exception {
        Upstream upstream =
                fixture.add(
                        Fixture.with(
                                ChildUpstreamTest.bad("bad"),
                                new UpstreamSettings.Turn(0, Duration.ZERO)));
        try (McpClient client = fixture.client(EraChoice.AUTO)) {
            ProcessHandle first = ChildUpstreamTest.processes(client).getFirst();
            Path end = folder.resolve("end");
            Call<CallToolResult> call = client.start("spin", until(end, false));
            long before = ChildSession.processorNanos(first.pid());
            await().atMost(PATIENCE)
                    .until(() -> ChildSession.processorNanos(first.pid()) - before > A_SECOND);
            assertThat(nice(first, 0)).isZero();
            Files.createFile(end);
            call.await();

            failTwice(client);
            assertThat(nice(ChildUpstreamTest.processes(client).getFirst(), 0)).isZero();
            assertThat(upstream.describe().requireBool("goesLast")).isFalse();
            assertThat(putLast()).isEmpty();
        }
    }
}
