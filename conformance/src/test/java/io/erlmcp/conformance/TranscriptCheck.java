package io.erlmcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.Revision;
import io.erlmcp.testing.SchemaOracle;
import io.erlmcp.testkit.Transcript;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What holds for every transcript: the official schema of its revision allows each message. */
final class TranscriptCheck {
    static final Path FOLDER = Path.of("src/test/resources/transcripts");

    private TranscriptCheck() {}

    static Path golden(String name) {
        return FOLDER.resolve(name + ".txt");
    }

    static void everythingIsValid(Transcript transcript, Revision revision) {
        check(transcript.messages(), revision);
    }

    /** As {@link #everythingIsValid}, where the client says on purpose what is not allowed. */
    static void allAnswersAreValid(Transcript transcript, Revision revision) {
        check(
                transcript.messages().stream()
                        .filter(message -> message.sender() == Transcript.Sender.SERVER)
                        .toList(),
                revision);
    }

    private static void check(List<Transcript.Message> messages, Revision revision) {
        SchemaOracle oracle = SchemaOracle.of(revision);
        Map<JsonValue, String> inBatches = new HashMap<>();
        List<String> faults = new ArrayList<>();
        for (Transcript.Message message : messages) {
            SchemaOracle.Sender sender = SchemaOracle.Sender.valueOf(message.sender().name());
            oracle.check(sender, message.json(), message.method())
                    .forEach(fault -> faults.add(fault + "\n    in " + message.json().toJson()));
            if (message.json() instanceof JsonArray batch) {
                batch.forEach(it -> faults.addAll(member(oracle, sender, it, inBatches)));
            }
        }
        assertThat(faults).as("faults against the schema of %s", revision).isEmpty();
    }

    /** A member of a batch, its result checked against the method that was asked in a batch. */
    private static List<String> member(
            SchemaOracle oracle,
            SchemaOracle.Sender sender,
            JsonValue member,
            Map<JsonValue, String> asked) {
        if (!(member instanceof JsonObject object)) {
            return List.of();
        }
        JsonValue id = object.get("id");
        @Nullable String method = object.string("method").orElse(null);
        if (id != null && method != null) {
            asked.put(id, method);
        }
        return oracle.check(sender, member, method == null ? asked.get(id) : method);
    }
}
