package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import io.erlmcp.upstream.FirstSights.Sight;
import java.util.Map;
import org.junit.jupiter.api.Test;

@Requirement("upstream.changed")
class FirstSightsTest {
    private static Sight<String> sight(String text) {
        return new Sight<>(Definitions.sha256(text), text);
    }

    @Test
    void ofTheMostThatAreRememberedTheLongestUnseenIsForgottenForOneMore() {
        FirstSights<String> sights = new FirstSights<>(Map.of());
        for (int i = 0; i < FirstSights.MAX; i++) {
            assertThat(sights.meet("tool-" + i, sight("a"))).isNull();
        }
        assertThat(sights.meet("tool-0", sight("b"))).isEqualTo(sight("a"));
        assertThat(sights.fingerprints()).hasSize(FirstSights.MAX);

        assertThat(sights.meet("one more", sight("a"))).isNull();

        assertThat(sights.fingerprints()).hasSize(FirstSights.MAX);
        assertThat(sights.meet("tool-0", sight("b"))).as("was just seen").isNotNull();
        assertThat(sights.meet("tool-1", sight("b"))).as("longest unseen").isNull();
    }

    @Test
    void aLongNameTakesNoMoreRoomThanItsHash() {
        FirstSights<String> sights = new FirstSights<>(Map.of());
        assertThat(sights.meet("x".repeat(100_000), sight("a"))).isNull();

        assertThat(sights.meet("x".repeat(100_000), sight("b"))).isEqualTo(sight("a"));
        assertThat(sights.meet("x".repeat(100_001), sight("b"))).isNull();
        assertThat(sights.fingerprints().keySet()).allMatch(it -> it.length() < 100);
    }

    @Test
    void whatWasKeptIsComparedWithByItsFingerprint() {
        FirstSights<String> before = new FirstSights<>(Map.of());
        assertThat(before.meet("pay", sight("a"))).isNull();
        assertThat(before.takeChanged()).isTrue();
        assertThat(before.takeChanged()).isFalse();

        FirstSights<String> after = new FirstSights<>(before.fingerprints());
        assertThat(after.meet("pay", sight("b")))
                .isEqualTo(new Sight<String>(Definitions.sha256("a"), null));
        assertThat(after.takeChanged()).isFalse();
        after.replace("pay", sight("b"));
        assertThat(after.takeChanged()).isTrue();
        assertThat(after.meet("pay", sight("b"))).isEqualTo(sight("b"));
    }

    @Test
    void theOrderOfMembersMakesNoOtherDefinitionAndAnyValueDoes() {
        JsonObject one = Json.parseObject("{\"a\":[{\"x\":1,\"y\":2}],\"b\":\"c\"}");
        JsonObject turned = Json.parseObject("{\"b\":\"c\",\"a\":[{\"y\":2,\"x\":1}]}");
        JsonObject other = Json.parseObject("{\"b\":\"c\",\"a\":[{\"y\":1,\"x\":2}]}");

        assertThat(Definitions.sha256(turned)).isEqualTo(Definitions.sha256(one));
        assertThat(Definitions.sha256(other)).isNotEqualTo(Definitions.sha256(one));
    }
}
