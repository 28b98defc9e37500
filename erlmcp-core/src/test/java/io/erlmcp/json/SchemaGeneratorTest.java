package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Type;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class SchemaGeneratorTest {
    enum Unit {
        METER,
        MILE
    }

    record Simple(String text, int whole, long big, double real, boolean yes, Unit unit) {}

    @Description("Where it is")
    record Place(
            @Description("north") double lat,
            @Nullable Double height,
            Optional<String> label,
            OptionalInt floor,
            @Description(value = "how many", defaultValue = "3") int count,
            @Description(defaultValue = "MILE") Unit unit) {}

    record Containers(
            List<String> names,
            Set<Integer> ids,
            Map<String, Place> places,
            int[] numbers,
            byte[] data,
            Object any,
            JsonObject object,
            Map<String, Object> open,
            Optional<List<Unit>> units) {}

    record Times(
            Instant at,
            LocalDate day,
            LocalTime clock,
            Duration period,
            UUID id,
            BigDecimal exact) {}

    record Node(String value, List<Node> children) {}

    record Twice(Simple one, Simple two) {}

    record Line(Point from) {}

    record Point(int x, @Nullable Line line) {}

    record Box<T>(T content, List<T> more) {}

    record Boxes(Box<String> texts, Box<Integer> numbers) {}

    record Nothing() {}

    public static final class Bean {
        public String name = "";
        public int count;
    }

    @Test
    void simpleTypes() {
        golden(
                Simple.class,
                """
                {"type":"object","properties":{"text":{"type":"string"},"whole":{"type":"integer"},\
                "big":{"type":"integer"},\
                "real":{"type":"number"},"yes":{"type":"boolean"},"unit":{"type":"string","enum":["METER","MILE"]}},\
                "required":["text","whole","big","real","yes","unit"]}\
                """);
    }

    @Test
    void descriptionsDefaultsAndOptionalComponents() {
        golden(
                Place.class,
                """
                {"type":"object","description":"Where it is",\
                "properties":{"lat":{"type":"number","description":"north"},\
                "height":{"type":"number"},"label":{"type":"string"},"floor":{"type":"integer"},\
                "count":{"type":"integer","description":"how many","default":3},\
                "unit":{"type":"string","enum":["METER","MILE"],"default":"MILE"}},"required":["lat"]}\
                """);
    }

    @Test
    void containers() {
        JsonObject properties =
                SchemaGenerator.schemaOf(Containers.class).requireObject("properties");
        assertThat(properties.without("places").toJson())
                .isEqualTo(
                        """
                        {"names":{"type":"array","items":{"type":"string"}},\
                        "ids":{"type":"array","items":{"type":"integer"},"uniqueItems":true},\
                        "numbers":{"type":"array","items":{"type":"integer"}},\
                        "data":{"type":"string","contentEncoding":"base64"},"any":{},"object":{"type":"object"},\
                        "open":{"type":"object"},\
                        "units":{"type":"array","items":{"type":"string","enum":["METER","MILE"]}}}\
                        """);
        assertThat(properties.requireObject("places").requireObject("additionalProperties"))
                .isEqualTo(SchemaGenerator.schemaOf(Place.class));
    }

    @Test
    void times() {
        golden(
                Times.class,
                """
                {"type":"object","properties":{"at":{"type":"string","format":"date-time"},\
                "day":{"type":"string","format":"date"},"clock":{"type":"string"},\
                "period":{"type":"string","format":"duration"},"id":{"type":"string","format":"uuid"},\
                "exact":{"type":"number"}},"required":["at","day","clock","period","id","exact"]}\
                """);
    }

    @Test
    void aRecordInsideItselfStandsInTheDefinitions() {
        golden(
                Node.class,
                """
                {"type":"object","properties":{"value":{"type":"string"},\
                "children":{"type":"array","items":{"$ref":"#/$defs/Node"}}},"required":["value","children"],\
                "$defs":{"Node":{"type":"object","properties":{"value":{"type":"string"},\
                "children":{"type":"array","items":{"$ref":"#/$defs/Node"}}},"required":["value","children"]}}}\
                """);
        golden(
                Line.class,
                """
                {"type":"object","properties":{"from":{"type":"object","properties":{"x":{"type":"integer"},\
                "line":{"$ref":"#/$defs/Line"}},"required":["x"]}},"required":["from"],"$defs":{"Line":\
                {"type":"object","properties":{"from":{"type":"object","properties":{"x":{"type":"integer"},\
                "line":{"$ref":"#/$defs/Line"}},"required":["x"]}},"required":["from"]}}}\
                """);
    }

    @Test
    void aRecordUsedTwiceStandsInTheDefinitionsOnce() {
        JsonObject schema = SchemaGenerator.schemaOf(Twice.class);
        assertThat(schema.requireObject("properties").toJson())
                .isEqualTo(
                        "{\"one\":{\"$ref\":\"#/$defs/Simple\"},\"two\":{\"$ref\":\"#/$defs/Simple\"}}");
        assertThat(schema.requireObject("$defs").requireObject("Simple"))
                .isEqualTo(SchemaGenerator.schemaOf(Simple.class));
    }

    @Test
    void genericRecordsAreDescribedWithTheirArguments() {
        JsonObject properties = SchemaGenerator.schemaOf(Boxes.class).requireObject("properties");
        assertThat(properties.requireObject("texts").requireObject("properties").toJson())
                .isEqualTo(
                        "{\"content\":{\"type\":\"string\"},"
                                + "\"more\":{\"type\":\"array\",\"items\":{\"type\":\"string\"}}}");
        assertThat(
                        properties
                                .requireObject("numbers")
                                .requireObject("properties")
                                .requireObject("content")
                                .toJson())
                .isEqualTo("{\"type\":\"integer\"}");
    }

    @Test
    void rootsThatAreNoRecords() {
        golden(String.class, "{\"type\":\"string\"}");
        golden(int.class, "{\"type\":\"integer\"}");
        golden(Object.class, "{}");
        golden(Nothing.class, "{\"type\":\"object\",\"properties\":{}}");
        golden(Box.class.getRecordComponents()[1].getGenericType(), "{\"type\":\"array\"}");
        golden(
                Bean.class,
                "{\"type\":\"object\","
                    + "\"properties\":{\"count\":{\"type\":\"integer\"},\"name\":{\"type\":\"string\"}}}");
    }

    /**
     * What the schema library says of a record must be what we say, but for what it cannot know is
     * required.
     */
    @Test
    void theSchemaLibraryDescribesTheSameMembers() {
        for (Class<?> type : List.of(Simple.class, Twice.class, Times.class)) {
            JsonObject library = ClassSchemas.schemaOf(type).requireObject("properties");
            JsonObject ours = SchemaGenerator.schemaOf(type).requireObject("properties");
            assertThat(library.keys()).containsExactlyInAnyOrderElementsOf(ours.keys());
        }
        assertThat(ClassSchemas.schemaOf(Simple.class).requireObject("properties"))
                .isEqualTo(SchemaGenerator.schemaOf(Simple.class).requireObject("properties"));
    }

    @Test
    void whatTheBinderWritesIsValid() {
        Place place = new Place(1.5, null, Optional.empty(), OptionalInt.empty(), 1, Unit.METER);
        Containers containers =
                new Containers(
                        List.of("a"),
                        Set.of(1),
                        Map.of("k", place),
                        new int[] {1},
                        new byte[] {1},
                        "x",
                        JsonObject.EMPTY,
                        Map.of("k", 1),
                        Optional.empty());
        Node node = new Node("a", List.of(new Node("b", List.of())));
        for (Object value : List.of(place, containers, node, new Line(new Point(1, null)))) {
            JsonSchema schema = JsonSchema.compile(SchemaGenerator.schemaOf(value.getClass()));
            assertThat(schema.validate(JsonValue.of(value))).as(value.toString()).isEmpty();
        }
    }

    private static void golden(Type type, String expected) {
        assertThat(SchemaGenerator.schemaOf(type).toJson()).isEqualTo(expected);
    }
}
