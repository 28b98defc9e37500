package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

/**
 * The public JSON parsing corpus, from the file that {@code conformance/corpus} makes: an array of
 * {@code {"name": "y_...", "input": "..."}}. Names with y_ must be accepted, with n_ refused, with
 * i_ it is ours to say. Without the file it is skipped on a developer's machine, and fails in CI.
 */
@Requirement("R17")
class JsonCorpusTest {
    private static final Path CORPUS =
            Path.of(System.getProperty("repository.root", ".."), ".build/json-parsing-corpus.json");
    private static final String MISSING = CORPUS + " is not there; conformance/corpus makes it";
    private static final boolean IN_CI = "true".equals(System.getenv("CI"));
    private static final JsonLimits LARGE =
            new JsonLimits(64, 256, 10_000_000, 10_000_000, 10_000_000, 100);

    @Test
    void everyCaseOfTheCorpusIsAcceptedOrRefusedAsItsNameSays() throws IOException {
        assertThat(Files.exists(CORPUS) || !IN_CI).as(MISSING).isTrue();
        assumeTrue(Files.exists(CORPUS), MISSING);
        int cases = 0;
        for (JsonValue item : (JsonArray) Json.parse(Files.readAllBytes(CORPUS), LARGE)) {
            String name = ((JsonObject) item).requireString("name");
            byte[] text = Texts.utf8(((JsonObject) item).requireString("input"));
            boolean scanned = succeeds(() -> EnvelopeScanner.scan(text, 0, text.length, LARGE));
            boolean parsed = succeeds(() -> Json.parse(text, LARGE));
            boolean isDuplicate = name.contains("duplicated_key");
            assertThat(parsed).as(name).isEqualTo(scanned && !isDuplicate);
            if (!name.startsWith("i_") && !isDuplicate) {
                assertThat(scanned).as(name).isEqualTo(name.startsWith("y_"));
            }
            cases++;
        }
        assertThat(cases).isGreaterThan(200);
    }

    private static boolean succeeds(Runnable reader) {
        try {
            reader.run();
            return true;
        } catch (JsonException e) {
            return false;
        }
    }
}
