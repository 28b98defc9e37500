package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.chaos.NodeProcess;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.store.StoreCopy;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What a tool keeps with a session outlives the node that is killed, and a move. */
@Requirement({"session.fields", "R01"})
class SessionMetadataTest {
    @Test
    void metadataIsThereAfterAKillAndInACopyAndOperatorsSeeIt() throws Exception {
        try (Folder folder = new Folder("metadata")) {
            Map<String, String> settings = new HashMap<>(folder.diskBackend());
            String[] session;
            try (NodeProcess node = Fixture.launch().start(settings, "--port", "0")) {
                session = Served.session(node);
                assertThat(note(node, session, JsonObject.of("name", "tenant", "value", "blue")))
                        .isEqualTo(JsonObject.of("tenant", "blue"));
                kill(node);
            }
            try (NodeProcess node = Fixture.launch().start(settings, "--port", "0")) {
                assertThat(shown(node)).isEqualTo(JsonObject.of("tenant", "blue"));
                assertThat(note(node, session, JsonObject.of("name", "plan", "value", "free")))
                        .isEqualTo(JsonObject.of("plan", "free", "tenant", "blue"));
                kill(node);
            }
            Path copy = folder.path().resolve("moved").resolve("store");
            Files.createDirectories(copy.getParent());
            StoreCopy.copy(folder.store(), copy, (what, entries) -> {});
            settings.put("ERLMCP_DATA_DIR", folder.path().resolve("moved").toString());
            try (NodeProcess node = Fixture.launch().start(settings, "--port", "0")) {
                assertThat(note(node, session, JsonObject.EMPTY))
                        .isEqualTo(JsonObject.of("plan", "free", "tenant", "blue"));
                kill(node);
            }
        }
    }

    private static void kill(NodeProcess node) throws Exception {
        node.kill();
        node.exitCode(Served.PATIENCE);
    }

    private static JsonObject note(NodeProcess node, String[] session, JsonObject arguments)
            throws IOException {
        JsonObject call = Rpc.legacy(2, "tools/call", Rpc.call("session_note", arguments));
        JsonObject answer = Json.parseObject(Served.post(node, call.toJson(), session).body());
        return Json.parseObject(String.valueOf(Rpc.text(answer, JsonNumber.of(2))));
    }

    /** As the operators' endpoint shows the one session there is. */
    private static JsonObject shown(NodeProcess node) throws IOException {
        JsonArray all = get(node, "/sessions").requireArray("sessions");
        assertThat(all.values()).hasSize(1);
        JsonObject listed = (JsonObject) all.values().getFirst();
        assertThat(listed.has("metadata")).isFalse();
        return get(node, "/sessions?handle=" + listed.requireString("handle"))
                .requireObject("metadata");
    }

    private static JsonObject get(NodeProcess node, String path) throws IOException {
        String request =
                "GET " + path + " HTTP/1.1\r\nHost: " + node.admin().getAuthority() + "\r\n\r\n";
        return Json.parseObject(Served.raw(node.admin(), request).body());
    }
}
