package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/**
 * The public JSON parsing corpus, if the system property {@code json.corpus} names a file with it:
 * an array of {@code {"name": "y_...", "input": "..."}}. Names with y_ must be accepted, with n_
 * refused, with i_ it is ours to say.
 */
@Requirement("R17")
class JsonCorpusTest {
    private static final JsonLimits LARGE =
            new JsonLimits(64, 256, 10_000_000, 10_000_000, 10_000_000, 100);

    @Test
    void everyCaseOfTheCorpusIsAcceptedOrRefusedAsItsNameSays() throws IOException {
        @Nullable String corpus = System.getProperty("json.corpus");
        assumeTrue(corpus != null, "no corpus given");
        int cases = 0;
        for (JsonValue item : (JsonArray) Json.parse(Files.readAllBytes(Path.of(corpus)), LARGE)) {
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
