package io.erlmcp.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.client.EraChoice;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.server.McpServer;
import io.erlmcp.transport.InMemoryTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TranscriptFileTest {
    @TempDir Path folder;

    private static Transcript introduction(EraChoice era) {
        Transcript transcript = new Transcript();
        try (McpServer server = Greeter.server();
                McpClient client =
                        McpClient.builder(
                                        transcript.record(InMemoryTransport.to(server.endpoint())))
                                .era(era)
                                .onElicit(it -> ElicitResult.accept(JsonObject.of("name", "Ada")))
                                .connect()) {
            client.call("introduce", JsonObject.EMPTY);
        }
        return transcript;
    }

    @Test
    void bothDirectionsAreRecordedWithWhatTheyAnswer() {
        Transcript transcript = introduction(EraChoice.LEGACY);
        assertThat(transcript.messages())
                .extracting(it -> it.sender() + " " + it.method())
                .containsExactly(
                        "CLIENT initialize",
                        "SERVER initialize",
                        "CLIENT notifications/initialized",
                        "CLIENT tools/call",
                        "SERVER elicitation/create",
                        "CLIENT elicitation/create",
                        "SERVER tools/call");
    }

    @Test
    void whatDiffersFromRunToRunHasAName() {
        String text = introduction(EraChoice.MODERN).text();
        assertThat(text).contains("\"requestState\":\"<state 1>\"", "\"id\":\"<client 1>\"");
        assertThat(text).isEqualTo(introduction(EraChoice.MODERN).text());
    }

    @Test
    void aGoldenFileIsComparedAndNamedWhenItDiffers() throws IOException {
        Transcript transcript = introduction(EraChoice.LEGACY);
        Path golden = folder.resolve("introduction.txt");
        Files.writeString(golden, transcript.text());
        transcript.assertMatches(golden);
        Files.writeString(golden, transcript.text() + "more\n");
        assertThatThrownBy(() -> transcript.assertMatches(golden))
                .hasMessageContaining("introduction.txt")
                .hasMessageContaining("-Dgolden=update");
    }
}
