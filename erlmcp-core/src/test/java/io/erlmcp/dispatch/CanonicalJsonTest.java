package io.erlmcp.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

@Requirement("security.modern")
class CanonicalJsonTest {
    private static final int CASES = 2_000;

    private static String digest(String json) {
        return HexFormat.of()
                .formatHex(CanonicalJson.digest((JsonObject) Json.parse(json), Set.of()));
    }

    @Test
    void theSameMeaningHasTheSameDigest() {
        String[][] same = {
            {"{}", " { } "},
            {"{\"a\":1,\"b\":2}", "{\"b\":2,\"a\":1}"},
            {"{\"a\":1}", "{\"a\":1.0}", "{\"a\":10e-1}", "{\"a\":0.1e1}"},
            {"{\"a\":0}", "{\"a\":-0}", "{\"a\":0.00}", "{\"a\":0e5}"},
            {"{\"a\":\"/\"}", "{\"a\":\"\\/\"}", "{\"a\":\"\\u002f\"}"},
            {"{\"\\u0061\":[]}", "{\"a\":[ ]}"},
        };
        for (String[] spellings : same) {
            for (String spelling : spellings) {
                assertThat(digest(spelling)).as(spelling).isEqualTo(digest(spellings[0]));
            }
        }
    }

    @Test
    void anotherMeaningHasAnotherDigest() {
        List<String> different =
                List.of(
                        "{}",
                        "{\"a\":null}",
                        "{\"a\":{}}",
                        "{\"a\":[]}",
                        "{\"a\":\"\"}",
                        "{\"a\":0}",
                        "{\"a\":\"0\"}",
                        "{\"a\":false}",
                        "{\"a\":\"false\"}",
                        "{\"a\":[[]]}",
                        "{\"a\":[1,2]}",
                        "{\"a\":[2,1]}",
                        "{\"a\":[12]}",
                        "{\"a\":[[1],2]}",
                        "{\"a\":[1,[2]]}",
                        "{\"a\":{\"b\":1},\"c\":2}",
                        "{\"a\":{\"b\":1,\"c\":2}}",
                        "{\"ab\":\"c\"}",
                        "{\"a\":\"bc\"}",
                        "{\"a\":\"v1:0\"}",
                        "{\"a\":1e999999999999}",
                        "{\"a\":100e2147483647}");
        assertThat(different.stream().map(CanonicalJsonTest::digest)).doesNotHaveDuplicates();
    }

    @Test
    void whatIsLeftOutDoesNotCountButOnlyOnTop() {
        JsonObject one = (JsonObject) Json.parse("{\"a\":{\"_meta\":1},\"_meta\":{\"x\":1}}");
        JsonObject two = (JsonObject) Json.parse("{\"a\":{\"_meta\":1}}");
        JsonObject three = (JsonObject) Json.parse("{\"a\":{\"_meta\":2}}");
        Set<String> except = Set.of("_meta");
        assertThat(CanonicalJson.digest(one, except)).isEqualTo(CanonicalJson.digest(two, except));
        assertThat(CanonicalJson.digest(one, except))
                .isNotEqualTo(CanonicalJson.digest(three, except));
    }

    @Test
    void digestsAgreeWithEqualityForAnyValue() {
        Random random = new Random(20260728);
        Map<String, JsonObject> byDigest = new HashMap<>();
        for (int i = 0; i < CASES; i++) {
            String text = object(random, 3);
            JsonObject value = (JsonObject) Json.parse(text);
            String digest = digest(text);
            JsonObject before = byDigest.putIfAbsent(digest, value);
            assertThat(before == null || before.equals(value)).as(text).isTrue();
            assertThat(digest(value.toJson())).as(text).isEqualTo(digest);
        }
        List<JsonObject> values = List.copyOf(byDigest.values());
        assertThat(values).doesNotHaveDuplicates();
    }

    private static String object(Random random, int depth) {
        List<String> members = new ArrayList<>();
        for (String key : List.of("a", "b", "ab", "")) {
            if (random.nextBoolean()) {
                members.add("\"" + key + "\":" + value(random, depth - 1));
            }
        }
        Collections.shuffle(members, random);
        return "{" + String.join(",", members) + "}";
    }

    private static String value(Random random, int depth) {
        return switch (random.nextInt(depth > 0 ? 8 : 6)) {
            case 0 -> "null";
            case 1 -> String.valueOf(random.nextBoolean());
            case 2 -> String.valueOf(random.nextInt(3));
            case 3 -> random.nextInt(3) + ".0";
            case 4 -> "\"" + random.nextInt(3) + "\"";
            case 5 -> "\"a:b\"";
            case 6 -> object(random, depth);
            default -> "[" + value(random, depth - 1) + "," + value(random, depth - 1) + "]";
        };
    }
}
