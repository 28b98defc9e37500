package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.JsonObject;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class DecisionLogTest {
    private final DecisionLog log = new DecisionLog(4);

    private void add(String component, int number) {
        log.add(
                new Decision(
                        Instant.ofEpochSecond(number), component, JsonObject.of("number", number)));
    }

    private List<String> shown() {
        return log.lines().stream()
                .map(it -> it.component() + it.what().requireInteger("number"))
                .toList();
    }

    @Test
    void allAreKeptInOrderUpToTheLimit() {
        add("a", 1);
        add("b", 2);
        add("a", 3);
        add("b", 4);

        assertThat(shown()).containsExactly("a1", "b2", "a3", "b4");
    }

    @Test
    void oneThatFailsAllTheTimeLosesItsOwnOldest() {
        add("b", 1);
        for (int number = 2; number <= 9; number++) {
            add("a", number);
        }

        assertThat(shown()).containsExactly("b1", "a7", "a8", "a9");
    }

    @Test
    void ofThoseThatHaveAsManyTheOldestLineGoes() {
        add("a", 1);
        add("b", 2);
        add("c", 3);
        add("d", 4);
        add("e", 5);

        assertThat(shown()).containsExactly("b2", "c3", "d4", "e5");
    }

    @Test
    void aLogOfOneHasTheNewest() {
        DecisionLog one = new DecisionLog(1);
        one.add(new Decision(Instant.EPOCH, "a", JsonObject.EMPTY));
        one.add(new Decision(Instant.EPOCH, "b", JsonObject.EMPTY));

        assertThat(one.lines()).singleElement().extracting(Decision::component).isEqualTo("b");
    }
}
