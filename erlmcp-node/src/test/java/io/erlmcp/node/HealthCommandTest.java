package io.erlmcp.node;

import static io.erlmcp.node.CordFixture.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.config.ConfigLoader;
import io.erlmcp.json.JsonObject;
import io.erlmcp.node.CordFixture.Ran;
import io.erlmcp.testing.Requirement;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators are told of the health of a running node, by the command and the page below. */
@Requirement({"health.endpoints", "health.history"})
class HealthCommandTest {
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir Path folder;
    private Node node;
    private String admin = "";

    @BeforeEach
    void start() throws Exception {
        Map<String, String> flags =
                Map.of(
                        "http.port", "0",
                        "admin.port", "0",
                        "data.dir", folder.resolve("data").toString());
        node = new Node(ConfigLoader.load(null, Map.of(), flags).config(), folder);
        node.start();
        admin = String.valueOf(node.adminUrl());
    }

    @AfterEach
    void stop() {
        node.drain();
        node.close();
    }

    private static HttpResponse<String> get(String url) throws Exception {
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(URI.create(url)).build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }

    @Test
    void theNodeAndOneOfItsComponentsAreShownForPeopleAndForMachines() {
        await().atMost(PATIENCE)
                .until(() -> run("health", "resources/memory", "--admin", admin).code() == 0);
        Ran all = run("health", "--admin", admin);
        assertThat(all.out()).startsWith("the node is ").contains("resources/memory");
        JsonObject one = run("health", "resources/memory", "--json", "--admin", admin).json();
        assertThat(one.requireString("component")).isEqualTo("resources/memory");
        assertThat(one.requireArray("history").isEmpty()).isFalse();
        assertThat(run("health", "resources/memory", "--admin", admin).out())
                .contains("resources/memory", " ms");
    }

    @Test
    void aComponentThatIsUnknownOrNoneIsToldApart() throws Exception {
        assertThat(run("health", "no/such", "--admin", admin).code()).isEqualTo(1);
        assertThat(run("health", "a b", "--admin", admin).code()).isEqualTo(2);
        assertThat(get(admin + "/health?component=no/such").statusCode()).isEqualTo(404);
        assertThat(get(admin + "/health?component=a%20b").statusCode()).isEqualTo(400);
        assertThat(raw("/health?component=%zz"))
                .startsWith("HTTP/1.1 400 ")
                .contains("component \\\"%zz\\\" is not percent-encoded text");
    }

    /** What is answered to a target that is no URI, which no client of HTTP would send. */
    private String raw(String target) throws Exception {
        URI to = URI.create(admin);
        try (Socket socket = new Socket(to.getHost(), to.getPort())) {
            socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
            String head = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";
            socket.getOutputStream()
                    .write(("GET " + target + head).getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    @Test
    void everybodyElseHearsNothingOfComponents() throws Exception {
        String page = String.valueOf(node.urls().get("mcp")).replace("/mcp", "/health");
        assertThat(get(page + "?component=resources/memory").body())
                .contains("\"score\"")
                .doesNotContain("resources");
    }
}
