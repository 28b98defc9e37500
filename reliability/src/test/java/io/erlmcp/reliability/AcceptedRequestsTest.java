package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A request that waited for its turn when the node was killed is run by the next one, once. */
@Requirement("proto.request-dedup")
class AcceptedRequestsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Test
    void whatWaitedWhenTheNodeWasKilledIsRunOnceByTheNextAndItsReplayIsRefused() throws Exception {
        try (Folder folder = new Folder("accepted")) {
            Map<String, String> settings = new HashMap<>(folder.diskBackend());
            settings.put("ERLMCP_LIMITS_MAX_IN_FLIGHT_PER_CALLER", "1");
            JsonObject count =
                    Rpc.legacy(
                            2,
                            "tools/call",
                            Rpc.call("counter_add", JsonObject.of("key", "k", "n", 1)));
            String[] session;
            ResumingReader reader;
            try (NodeProcess node = Fixture.launch().start(settings, "--port", "0");
                    RawHttp busy = Served.connect(node)) {
                session = Served.session(node);
                reader = new ResumingReader(session, PATIENCE);
                busy.post(Rpc.bytes(Rpc.legacy(1, "tools/call", Rpc.sleep(100_000))), session);
                await().atMost(PATIENCE).until(() -> Served.figure(node, "in_flight") == 1);
                assertThat(reader.call(node.mcp(), count, 1)).isEqualTo(ResumingReader.Ending.CUT);
                assertThat(reader.messages()).isEmpty();
                node.kill();
                node.exitCode(PATIENCE);
            }
            try (NodeProcess node = Fixture.launch().start(settings, "--port", "0")) {
                await().atMost(PATIENCE).until(() -> counter(node) == 1);
                reader.resume(node.mcp(), Long.MAX_VALUE);
                assertThat(Rpc.text(reader.messages().getFirst(), JsonNumber.of(2))).isEqualTo("1");
                RawHttp.Answer replayed = Served.post(node, count.toJson(), session);
                assertThat(replayed.text()).contains("-32600", "does not run twice");
                assertThat(counter(node)).isEqualTo(1);
                node.kill();
                node.exitCode(PATIENCE);
            }
            try (NodeProcess node = Fixture.launch().start(settings, "--port", "0")) {
                assertThat(Served.post(node, count.toJson(), session).text()).contains("-32600");
                assertThat(counter(node)).isEqualTo(1);
            }
        }
    }

    @Test
    @Requirement({"andon.persist-hooks", "andon.replay"})
    void whatWaitedWhenTheNodeWasStoppedInOrderIsRunOnceByTheNextAndWhatRanIsAnswered()
            throws Exception {
        try (Folder folder = new Folder("left")) {
            Map<String, String> settings = new HashMap<>(folder.diskBackend());
            settings.put("ERLMCP_LIMITS_MAX_IN_FLIGHT_PER_CALLER", "1");
            settings.put("ERLMCP_DRAIN_TIMEOUT", "1s");
            String[] session;
            ResumingReader reader;
            try (NodeProcess node = Fixture.launch().start(settings, "--port", "0");
                    RawHttp busy = Served.connect(node)) {
                session = Served.session(node);
                reader = new ResumingReader(session, PATIENCE);
                busy.post(Rpc.bytes(Rpc.legacy(1, "tools/call", Rpc.sleep(100_000))), session);
                await().atMost(PATIENCE).until(() -> Served.figure(node, "in_flight") == 1);
                JsonObject count =
                        Rpc.legacy(
                                2,
                                "tools/call",
                                Rpc.call("counter_add", JsonObject.of("key", "k", "n", 1)));
                assertThat(reader.call(node.mcp(), count, 1)).isEqualTo(ResumingReader.Ending.CUT);
                node.terminate();
                assertThat(busy.answer().text()).as("what ran").contains("-31004");
                assertThat(node.exitCode(PATIENCE)).isZero();
            }
            try (NodeProcess node = Fixture.launch().start(settings, "--port", "0")) {
                await().atMost(PATIENCE).until(() -> counter(node) == 1);
                reader.resume(node.mcp(), Long.MAX_VALUE);
                assertThat(Rpc.text(reader.messages().getFirst(), JsonNumber.of(2))).isEqualTo("1");
                assertThat(counter(node)).isEqualTo(1);
            }
        }
    }

    private static long counter(NodeProcess node) throws IOException {
        JsonObject add =
                Rpc.modern(
                        1,
                        "tools/call",
                        Rpc.call("counter_add", JsonObject.of("key", "k", "n", 0)));
        String text = Rpc.text(Json.parseObject(Served.modern(node, add).body()), JsonNumber.of(1));
        return Long.parseLong(String.valueOf(text));
    }
}
