package io.erlmcp.conformance;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Revision;
import io.erlmcp.testing.Requirement;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Batches of 2025-03-26 on the wire, and that later revisions have none. */
@Requirement({"proto.batch", "transport.http"})
class BatchTranscriptTest {
    private static final JsonObject PING = RawConversation.request(1, "ping", JsonObject.EMPTY);
    private static final JsonObject UNKNOWN =
            RawConversation.request(3, "tools/none", JsonObject.EMPTY);
    private static final JsonObject ADD =
            RawConversation.request(
                    4,
                    "tools/call",
                    JsonObject.of("name", "add", "arguments", JsonObject.of("a", 2, "b", 3)));
    private static final JsonObject ROOTS_CHANGED =
            JsonObject.of("jsonrpc", "2.0", "method", "notifications/roots/list_changed");

    @Test
    void requestsAreAnsweredTogetherAndNotificationsNotAtAll() {
        try (RawConversation raw = new RawConversation(new Showcase().start())) {
            raw.handshake(Revision.R2025_03_26);

            HttpResponse<byte[]> mixed = raw.post(batch(PING, ROOTS_CHANGED, UNKNOWN, ADD));
            HttpResponse<byte[]> unanswered = raw.post(batch(ROOTS_CHANGED, ROOTS_CHANGED));
            HttpResponse<byte[]> strange = raw.post("[1,{\"jsonrpc\":\"2.0\",\"id\":5},[]]");
            HttpResponse<byte[]> empty = raw.post("[]");

            assertThat((JsonArray) Json.parse(mixed.body())).hasSize(3);
            assertThat(unanswered.statusCode()).isEqualTo(202);
            assertThat(unanswered.body()).isEmpty();
            assertThat((JsonArray) Json.parse(strange.body())).isNotEmpty();
            assertThat(Json.parseObject(empty.body()).requireObject("error").requireInteger("code"))
                    .isEqualTo(-32600);
            TranscriptCheck.allAnswersAreValid(raw.transcript(), Revision.R2025_03_26);
            raw.transcript().assertMatches(TranscriptCheck.golden("batches"));
        }
    }

    @Test
    void laterRevisionsHaveNone() {
        try (RawConversation raw = new RawConversation(new Showcase().start())) {
            raw.handshake(Revision.R2025_06_18);

            HttpResponse<byte[]> refused = raw.post(batch(PING, ADD));

            assertThat(refused.statusCode()).isEqualTo(400);
            TranscriptCheck.allAnswersAreValid(raw.transcript(), Revision.R2025_06_18);
            raw.transcript().assertMatches(TranscriptCheck.golden("batches-refused"));
        }
    }

    private static String batch(Object... messages) {
        return JsonArray.of(messages).toJson();
    }
}
