package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.erlmcp.testing.Requirement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Records that are bound without the library, against what the library makes of the same JSON. */
@Requirement("proto.json-fast")
class FlatRecordAgreementTest {
    private static final int CASES = 40_000;

    private record Arguments(
            String text,
            boolean flag,
            int count,
            long total,
            @Nullable String note,
            @Nullable Boolean sure,
            @Nullable Integer most,
            @Nullable Long least,
            @Description(defaultValue = "7") int usual) {
        Arguments {
            if (count == 13) {
                throw new IllegalArgumentException("count must not be 13");
            }
        }
    }

    private static final List<String> NAMES =
            List.of("text", "flag", "count", "total", "note", "sure", "most", "least", "usual");

    private final JacksonBinder binder = new JacksonBinder();
    private final Random random = new Random(20261126);

    private static JsonSlice slice(String json) {
        byte[] bytes = Texts.utf8(json);
        return new JsonSlice(bytes, 0, bytes.length);
    }

    /** What is read, or what is said about it. */
    private String outcome(java.util.function.Supplier<Arguments> reader) {
        try {
            return reader.get().toString();
        } catch (JsonException e) {
            return "refused: " + e.getMessage();
        }
    }

    @Test
    void whateverIsBoundIsBoundAsTheLibraryDoesAndErrorsAreItsOwn() {
        FlatRecord flat = FlatRecord.find(Arguments.class);
        assertThat(flat).isNotNull();
        int direct = 0;
        for (int i = 0; i < CASES; i++) {
            String json = object();
            JsonSlice slice = slice(json);
            String expected = outcome(() -> binder.byLibrary(slice, Arguments.class));
            assertThat(outcome(() -> binder.read(slice, Arguments.class)))
                    .as(json)
                    .isEqualTo(expected);
            direct += flat.read(slice) == null ? 0 : 1;
        }
        assertThat(direct).isBetween(CASES / 20, CASES - CASES / 20);
    }

    /** Mostly right, with now and then a member too many, too few, twice, or of another kind. */
    private String object() {
        List<String> members = new ArrayList<>();
        for (String name : NAMES) {
            if (random.nextInt(20) > 0) {
                members.add('"' + name + "\":" + value(name));
            }
        }
        if (random.nextInt(20) == 0) {
            members.add("\"other\":{\"deep\":[1,2]}");
        }
        if (random.nextInt(20) == 0) {
            members.add(members.getFirst());
        }
        Collections.shuffle(members, random);
        return " {" + String.join(random.nextBoolean() ? "," : " , ", members) + "} ";
    }

    private String value(String name) {
        if (random.nextInt(30) == 0) {
            return Texts.VALUES.get(random.nextInt(Texts.VALUES.size()));
        }
        return switch (name) {
            case "text", "note" ->
                    Texts.VALUES.stream()
                            .filter(it -> it.startsWith("\""))
                            .skip(random.nextInt(12))
                            .findFirst()
                            .orElseThrow();
            case "flag", "sure" -> String.valueOf(random.nextBoolean());
            case "count", "most", "usual" -> String.valueOf(whole(Integer.SIZE));
            default -> String.valueOf(whole(Long.SIZE));
        };
    }

    private long whole(int bits) {
        return switch (random.nextInt(8)) {
            case 0 -> (1L << (bits - 1)) - 1;
            case 1 -> -1L << (bits - 1);
            case 2 -> bits == Integer.SIZE ? 1L << 31 : Long.MAX_VALUE;
            case 3 -> 13;
            default -> random.nextInt(2000) - 1000;
        };
    }

    private record Renamed(@JsonProperty("else") String text) {}

    private record Nested(Arguments inner) {}

    private record Maybe(Optional<String> text) {}

    private record Real(double number) {}

    @Test
    void whatTheLibraryIsToldByAnnotationsOrTypesStaysItsBusiness() {
        assertThat(FlatRecord.find(Renamed.class)).isNull();
        assertThat(FlatRecord.find(Nested.class)).isNull();
        assertThat(FlatRecord.find(Maybe.class)).isNull();
        assertThat(FlatRecord.find(Real.class)).isNull();
        assertThat(FlatRecord.find(String.class)).isNull();
        Renamed renamed = binder.read(slice("{\"else\":\"x\"}"), Renamed.class);
        assertThat(renamed.text()).isEqualTo("x");
    }
}
