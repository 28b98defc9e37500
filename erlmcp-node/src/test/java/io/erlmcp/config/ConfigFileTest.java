package io.erlmcp.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigFileTest {
    private static final int DEPTH = 32;
    private static final int VALUES = 100_000;

    @Test
    void numbersAreTheTextThatWasWritten() throws Exception {
        assertThat(parse("a: 1.50\nb: 1e3\nc: 010\nd: '7'\n"))
                .isEqualTo(Map.of("a", "1.50", "b", "1e3", "c", "010", "d", "7"));
    }

    @Test
    void onlyTrueAndFalseAreBooleansAndOnlyNullAndNothingAreLeftOut() throws Exception {
        assertThat(parse("a: true\nb: false\nc: yes\nd: 'true'\ne: null\nf:\ng: ~\n"))
                .isEqualTo(Map.of("a", true, "b", false, "c", "yes", "d", "true", "g", "~"));
    }

    @Test
    void aliasesStandForWhatTheyName() throws Exception {
        assertThat(parse("a: &host 10.0.0.1\nb: *host\nc: &list [1, 2]\nd: *list\n"))
                .isEqualTo(
                        Map.of(
                                "a",
                                "10.0.0.1",
                                "b",
                                "10.0.0.1",
                                "c",
                                List.of("1", "2"),
                                "d",
                                List.of("1", "2")));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "a: 1;b: 2;a: 3 | f:3: is not valid YAML: the key \"a\" is there twice",
                "a: 1;---;b: 2 | f:3: is not valid YAML: a second document, where one is expected",
                "b: *secret | f:1: is not valid YAML: an alias of nothing; quote a text that begins"
                        + " with *",
                "b: !se!cret x | f:1: is not valid YAML: an unknown tag; quote a text that begins"
                        + " with !",
                "a: &a [*a] | f:1: is not valid YAML: nested deeper than 32, the limit",
                "? [a];: b | f: is not valid YAML: Non scalar key is detected but it is not"
                        + " configured to be allowed.",
                "a:;  b: [1 | f:3: is not valid YAML: expected ',' or ']', but got <stream end>",
                "- 1 | f: must hold keys and values at the top",
            })
    void whatIsWrongIsNamedWithItsLine(String text, String message) {
        assertThatThrownBy(() -> parse(text.replace(';', '\n') + '\n'))
                .isInstanceOf(ConfigException.class)
                .hasMessage(message);
    }

    @Test
    void whatIsNoUtf8IsNoYaml() {
        byte[] text = {'a', ':', ' ', (byte) 0xff, '\n'};

        assertThatThrownBy(() -> ConfigFile.parse("f", text))
                .hasMessage("f: is not valid YAML: it is not UTF-8");
    }

    @Test
    void depthIsBounded() throws Exception {
        assertThat(parse(nested(DEPTH - 1))).containsKey("a");

        assertThatThrownBy(() -> parse(nested(DEPTH)))
                .hasMessage("f:1: is not valid YAML: nested deeper than 32, the limit");
    }

    /** Each line has ten times as many values as the one before it. */
    @Test
    void whatAliasesRepeatIsBounded() throws Exception {
        StringBuilder text = new StringBuilder("a0: &a0 [1, 1, 1, 1, 1, 1, 1, 1, 1, 1]\n");
        for (int i = 1; i <= 4; i++) {
            text.append("a%d: &a%d [".formatted(i, i));
            text.append("*a%d, ".formatted(i - 1).repeat(10)).append("]\n");
        }

        assertThatThrownBy(() -> parse(text.toString()))
                .hasMessageEndingWith("more than 100000 values, the limit");
    }

    @Test
    void asManyValuesAsTheLimitAreRead() throws Exception {
        int items = VALUES - 2; // the file and the list are values too

        assertThat(parse("a: [" + "1,".repeat(items) + "]\n").get("a"))
                .asInstanceOf(org.assertj.core.api.InstanceOfAssertFactories.LIST)
                .hasSize(items);
        assertThatThrownBy(() -> parse("a: [" + "1,".repeat(items + 1) + "]\n"))
                .hasMessageEndingWith("more than 100000 values, the limit");
    }

    private static String nested(int lists) {
        return "a: " + "[".repeat(lists) + "x" + "]".repeat(lists) + '\n';
    }

    private static Map<String, Object> parse(String text) throws ConfigException {
        return ConfigFile.parse("f", text.getBytes(StandardCharsets.UTF_8));
    }
}
