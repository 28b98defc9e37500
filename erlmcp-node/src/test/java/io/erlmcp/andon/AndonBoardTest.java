package io.erlmcp.andon;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.testing.Requirement;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

@Requirement("tcps.philosophy")
class AndonBoardTest {
    private static final ComponentId A = ComponentId.of("upstreams", "a");
    private static final ComponentId B = ComponentId.of("upstreams", "b");

    private static Halt halt(long number, ComponentId component) {
        return new Halt(
                number,
                component,
                HaltState.HALTED_MANUAL,
                Category.MANUAL,
                "under repair",
                "Ada",
                Instant.EPOCH);
    }

    private static JsonObject shown(int lines) {
        List<String> wrote = IntStream.rangeClosed(1, lines).mapToObj(it -> "line " + it).toList();
        return AndonBoard.json(
                new Board(2, 2, Map.of(A, halt(1, A), B, halt(2, B)), List.of()),
                Map.of(),
                true,
                Instant.EPOCH,
                new AndonBoard.Sight(
                        component -> null,
                        component -> component.equals(A) ? wrote : List.of(),
                        3));
    }

    private static JsonObject halt(JsonObject board, ComponentId component) {
        return board.requireArray("halts").values().stream()
                .map(JsonObject.class::cast)
                .filter(it -> it.requireString("component").equals(component.path()))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void whatAHaltedComponentWroteLastIsShownUpToTheBound() {
        assertThat(halt(shown(3), A).requireArray("stderr").toJson())
                .isEqualTo("[\"line 1\",\"line 2\",\"line 3\"]");
        assertThat(halt(shown(4), A).requireArray("stderr").toJson())
                .isEqualTo("[\"line 2\",\"line 3\",\"line 4\"]");
        assertThat(halt(shown(4), B).has("stderr")).as("it wrote nothing").isFalse();
    }
}
