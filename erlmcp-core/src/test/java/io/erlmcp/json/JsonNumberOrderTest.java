package io.erlmcp.json;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class JsonNumberOrderTest {
    private static final List<String> NUMBERS =
            List.of(
                    "0",
                    "-0",
                    "0.0",
                    "1",
                    "1.0",
                    "10e-1",
                    "-1",
                    "1.5",
                    "999999999999999999",
                    "1000000000000000000",
                    "-999999999999999999",
                    "-99999999999999999",
                    "9223372036854775807",
                    "9223372036854775808",
                    "1e30",
                    "-1e30",
                    "1e-30");

    static Stream<Arguments> pairs() {
        return NUMBERS.stream()
                .flatMap(one -> NUMBERS.stream().map(other -> Arguments.of(one, other)));
    }

    @ParameterizedTest
    @MethodSource("pairs")
    void numbersCompareByTheirValueHoweverTheyAreSpelled(String one, String other) {
        assertThat(new JsonNumber(one).compare(new JsonNumber(other)))
                .isEqualTo(new BigDecimal(one).compareTo(new BigDecimal(other)));
    }

    @Test
    void anExponentBeyond32BitsCannotBeCompared() {
        JsonNumber beyond = new JsonNumber("1e9999999999");

        assertThat(beyond.isComparable()).isFalse();
        assertThat(new JsonNumber("1e9").isComparable()).isTrue();
        assertThatThrownBy(() -> new JsonNumber("1").compare(beyond))
                .isInstanceOf(JsonException.class);
    }
}
