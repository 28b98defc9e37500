package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class JacksonBinderTest {
    enum Color {
        RED,
        GREEN;

        @Override
        public String toString() {
            return "the color " + name();
        }
    }

    record Inner(double x, @Nullable Inner next) {
        Inner {
            if (x < 0) {
                throw new IllegalArgumentException("x must not be negative, was " + x);
            }
        }
    }

    record Order(
            String name,
            int count,
            boolean paid,
            List<Inner> parts,
            Optional<String> note,
            @Nullable Color color,
            @Description(defaultValue = "5") int limit,
            @Description(defaultValue = "any") String mode,
            @Nullable Map<String, Integer> counts,
            @Nullable JsonObject extra) {}

    record Times(Instant at, LocalDate day, Duration period, OffsetDateTime when) {}

    record Values(
            UUID id,
            BigDecimal exact,
            long big,
            char letter,
            byte[] data,
            JsonValue any,
            JsonSlice raw) {}

    record Broken(String text) {
        Broken {
            if (text.isEmpty()) {
                throw new IllegalStateException("internal detail");
            }
        }
    }

    private static final String LEAST =
            "\"name\":\"a\",\"count\":3,\"paid\":true,\"parts\":[{\"x\":1}]";

    private final JsonBinder binder = new JacksonBinder();

    @Test
    void optionalNullableAndDefaultedComponentsMayBeAbsent() {
        Order order = read("{" + LEAST + "}", Order.class);
        assertThat(order)
                .isEqualTo(
                        new Order(
                                "a",
                                3,
                                true,
                                List.of(new Inner(1, null)),
                                Optional.empty(),
                                null,
                                5,
                                "any",
                                null,
                                null));
    }

    @Test
    void everythingIsReadAndUnknownMembersAreIgnored() {
        Order order =
                read(
                        "{"
                                + LEAST
                                + ",\"note\":\"n\",\"color\":\"RED\",\"limit\":9,\"mode\":\"m\",\"counts\":{\"k\":1},"
                                + "\"extra\":{\"q\":null},\"unknown\":{}}",
                        Order.class);
        assertThat(order.note()).contains("n");
        assertThat(order.color()).isEqualTo(Color.RED);
        assertThat(order.limit()).isEqualTo(9);
        assertThat(order.mode()).isEqualTo("m");
        assertThat(order.counts()).containsEntry("k", 1);
        assertThat(order.extra()).isEqualTo(JsonObject.of("q", null));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "\"count\":3,\"paid\":true,\"parts\":[] | member 'name' is required",
                "\"name\":\"a\",\"paid\":true,\"parts\":[] | member 'count' is required",
                "\"name\":\"a\",\"count\":3,\"parts\":[] | member 'paid' is required",
                "\"name\":\"a\",\"count\":3,\"paid\":true | member 'parts' is required",
                "\"name\":null | member 'name': expected string, was null",
                "\"name\":3 | member 'name': expected string, was number 3",
                "\"name\":true | member 'name': expected string, was boolean",
                "\"name\":[] | member 'name': expected string, was array",
                "\"count\":null | member 'count': expected integer, was null",
                "\"count\":\"3\" | member 'count': expected integer, was string",
                "\"count\":\"\" | member 'count': expected integer, was string",
                "\"count\":3.5 | member 'count': expected integer, was number 3.5",
                "\"count\":3000000000 | member 'count': expected integer within its range, was"
                        + " number 3000000000",
                "\"count\":true | member 'count': expected integer, was boolean",
                "\"paid\":1 | member 'paid': expected boolean, was number 1",
                "\"paid\":\"true\" | member 'paid': expected boolean, was string",
                "\"parts\":{} | member 'parts': expected array, was object",
                "\"parts\":[null] | member 'parts[0]': expected object, was null",
                "\"parts\":[{\"x\":1},{}] | member 'parts[1].x' is required",
                "\"parts\":[{\"x\":-1}] | member 'parts[0]': x must not be negative, was -1.0",
                "\"parts\":[{\"x\":1,\"next\":{\"x\":\"1\"}}] | member 'parts[0].next.x': expected"
                        + " number, was string",
                "LEAST,\"color\":\"red\" | member 'color': expected one of RED, GREEN, was another"
                        + " string",
                "LEAST,\"color\":\"the color RED\" | member 'color': expected one of RED, GREEN,"
                        + " was another string",
                "LEAST,\"color\":0 | member 'color': expected one of RED, GREEN, was number 0",
                "LEAST,\"color\":\"\" | member 'color': expected one of RED, GREEN, was another"
                        + " string",
                "LEAST,\"counts\":{\"k\":\"x\"} | member 'counts.k': expected integer, was string",
                "LEAST,\"limit\":null | member 'limit': expected integer, was null",
                "LEAST,\"extra\":[] | member 'extra': expected object, was array",
            })
    @Requirement("security.parsing")
    void aRefusalNamesThePathAndBothTypesAndNoClass(String members, String message) {
        assertThatThrownBy(() -> read("{" + members.replace("LEAST", LEAST) + "}", Order.class))
                .isInstanceOf(JsonException.class)
                .hasMessage(message);
    }

    @ParameterizedTest
    @CsvSource({"[], array", "null, null", "3, number 3", "true, boolean"})
    void theRootMustFitToo(String text, String actual) {
        assertThatThrownBy(() -> read(text, Order.class))
                .hasMessage("expected object, was " + actual);
    }

    @Test
    @Requirement("security.parsing")
    void aNameThatComesTwiceIsRefused() {
        assertThatThrownBy(() -> read("{" + LEAST + ",\"name\":\"b\"}", Order.class))
                .hasMessageContaining("'name' is there twice");
    }

    @Test
    @Requirement("security.parsing")
    void aFailingConstructorDoesNotShowItsInsides() {
        assertThatThrownBy(() -> read("{\"text\":\"\"}", Broken.class))
                .hasMessage("the value is not allowed");
    }

    @Test
    void timesAreIsoTextBothWays() {
        String text =
                "{\"at\":\"2026-01-02T03:04:05.006Z\",\"day\":\"2026-01-02\",\"period\":\"PT1M30S\","
                    + "\"when\":\"2026-01-02T03:04:05+02:00\"}";
        Times times = read(text, Times.class);
        assertThat(times.period()).isEqualTo(Duration.ofSeconds(90));
        assertThat(write(times)).isEqualTo(text);
        assertThatThrownBy(() -> read(text.replace("PT1M30S", "soon"), Times.class))
                .hasMessage(
                        "member 'period': expected string in ISO 8601 form, was another string");
    }

    @Test
    void otherValuesGoBothWays() {
        String text =
                "{\"id\":\"00000000-0000-0001-0000-000000000002\",\"exact\":1.50,\"big\":9007199254740993,"
                    + "\"letter\":\"x\",\"data\":\"AQI=\",\"any\":[1.0,null],\"raw\":{\"a\":1e2}}";
        Values values = read(text, Values.class);
        assertThat(values.exact()).isEqualTo(new BigDecimal("1.50"));
        assertThat(values.any()).isEqualTo(JsonArray.of(1, null));
        assertThat(write(values)).isEqualTo(text);
        assertThat(read(text.replace("[1.0,null]", "null"), Values.class).any())
                .isEqualTo(JsonNull.NULL);
    }

    @Test
    void absentValuesAreNotWritten() {
        Order order =
                new Order(
                        "a",
                        1,
                        false,
                        List.of(),
                        Optional.empty(),
                        null,
                        2,
                        "m",
                        null,
                        JsonObject.of("k", null));
        assertThat(write(order))
                .isEqualTo(
                        "{\"name\":\"a\",\"count\":1,\"paid\":false,\"parts\":[],\"limit\":2,\"mode\":\"m\","
                            + "\"extra\":{\"k\":null}}");
    }

    @Test
    void genericTypesAreRead() throws NoSuchFieldException {
        Type type = Holder.class.getDeclaredField("inners").getGenericType();
        Map<String, List<Inner>> read =
                binder.read(JsonSlice.of(Texts.utf8("{\"k\":[{\"x\":2}]}")), type);
        assertThat(read).containsEntry("k", List.of(new Inner(2, null)));
        int number = binder.<Integer>read(JsonSlice.of(Texts.utf8("7")), int.class);
        assertThat(number).isEqualTo(7);
    }

    @Test
    @Requirement("security.parsing")
    void noTypeIsChosenByTheJson() {
        Object read = read("{\"@class\":\"java.util.ArrayList\",\"@type\":\"x\"}", Object.class);
        assertThat(read).isInstanceOf(Map.class);
        assertThatThrownBy(() -> read("[\"java.util.ArrayList\",[]]", Order.class))
                .isInstanceOf(JsonException.class);
    }

    @Test
    void whatHasNoJsonFormIsRefused() {
        assertThatThrownBy(() -> write(new Inner(Double.NaN, null)))
                .hasMessage("JSON has no number for NaN");
        assertThat(write(List.of("\ud800"))).isEqualTo("[\"\ufffd\"]");
    }

    @Test
    void simpleValuesAreWrittenToo() {
        assertThat(write(null)).isEqualTo("null");
        assertThat(write("a")).isEqualTo("\"a\"");
        assertThat(write(Color.RED)).isEqualTo("\"RED\"");
        assertThat(write(Map.of("k", 1))).isEqualTo("{\"k\":1}");
        assertThat(write(JsonArray.of(1))).isEqualTo("[1]");
        assertThat(binder.toJson(new Inner(1.5, null))).isEqualTo(JsonObject.of("x", 1.5));
    }

    private static final class Holder {
        @Nullable Map<String, List<Inner>> inners;
    }

    private <T> T read(String text, Class<T> type) {
        return binder.read(JsonSlice.of(Texts.utf8(text)), type);
    }

    private String write(@Nullable Object value) {
        JsonWriter out = new JsonWriter();
        binder.write(value, out);
        return new String(out.toByteArray(), java.nio.charset.StandardCharsets.UTF_8);
    }
}
