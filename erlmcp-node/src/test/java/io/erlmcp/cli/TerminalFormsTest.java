package io.erlmcp.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TerminalFormsTest {
    private static final ElicitForm EVERY_KIND =
            new ElicitForm(
                    "Fill this",
                    Json.parseObject(
                            """
                            {
                              "type": "object",
                              "properties": {
                                "name": {"type": "string", "title": "Your name", "minLength": 2, "maxLength": 5},
                                "mail": {"type": "string", "format": "email"},
                                "age": {"type": "integer", "minimum": 1, "maximum": 120, "default": 30},
                                "sure": {"type": "boolean"},
                                "color": {"type": "string", "oneOf": [
                                    {"const": "r", "title": "Red"}, {"const": "g", "title": "Green"}]},
                                "tags": {"type": "array", "minItems": 1,
                                    "items": {"type": "string", "enum": ["a", "b", "c"]}},
                                "note": {"type": "string"}
                              },
                              "required": ["name", "sure", "color", "tags"]
                            }
                            """));

    private final ByteArrayOutputStream shown = new ByteArrayOutputStream();

    @Test
    void everyFieldIsAskedByItsSchemaAndAgainOnBadInput() {
        ElicitResult result =
                forms(
                                """
                                x
                                Ada!!!
                                Ada
                                not a mail
                                ada@example.com
                                0

                                perhaps
                                y
                                3
                                2
                                d
                                1,c

                                """,
                                null)
                        .form(EVERY_KIND);

        assertThat(result.isAccepted()).isTrue();
        assertThat(result.content())
                .isEqualTo(
                        Json.parse(
                                """
                                {"name": "Ada", "mail": "ada@example.com", "age": 30, "sure": true, "color": "g",
                                 "tags": ["a", "c"]}
                                """));
        assertThat(said())
                .contains("Fill this")
                .contains("Your name (text): ")
                .contains("the text has 1 characters, allowed are 2 to 5")
                .contains("the text has 6 characters")
                .contains("\"not a mail\" is not an e-mail address")
                .contains("age (a whole number from 1 to 120, empty: 30): ")
                .contains("0 is not a whole number from 1 to 120")
                .contains("\"perhaps\" is not y or n")
                .contains("  2) Green")
                .contains("\"3\" is none of the choices 1 to 2")
                .contains("\"d\" is none of the choices 1 to 3");
    }

    @Test
    void theEndOfInputCancelsAndAWordDeclines() {
        assertThat(forms("Ada\n", null).form(EVERY_KIND)).isEqualTo(ElicitResult.cancel());
        assertThat(forms("!decline\n", null).form(EVERY_KIND)).isEqualTo(ElicitResult.decline());
    }

    @Test
    void withoutATerminalTheQuestionIsDeclinedAndSaid() {
        TerminalForms forms = new TerminalForms(terminal("", false), null);

        assertThat(forms.form(EVERY_KIND)).isEqualTo(ElicitResult.decline());
        assertThat(said()).contains("declined, there is nobody to ask (use --answers): Fill this");
    }

    @Test
    void givenAnswersFillTheFormAndDefaultsTheRest() {
        JsonObject answers =
                Json.parseObject(
                        "{\"name\":\"Bob\",\"sure\":false,\"color\":\"r\",\"tags\":[\"b\"],\"of"
                                + " another form\":1}");

        assertThat(forms("", answers).form(EVERY_KIND).content())
                .isEqualTo(
                        Json.parse(
                                "{\"name\":\"Bob\",\"age\":30,\"sure\":false,\"color\":\"r\",\"tags\":[\"b\"]}"));
    }

    @Test
    void givenAnswersThatLackARequiredFieldDecline() {
        assertThat(forms("", Json.parseObject("{\"name\":\"Bob\"}")).form(EVERY_KIND))
                .isEqualTo(ElicitResult.decline());
        assertThat(said()).contains("--answers has no sure");
    }

    @Test
    void aPageIsShownWholeAndNeverOpened() {
        ElicitResult result =
                forms("\n", null)
                        .page(new ElicitUrl("Pay here", "https://pay.example/x?y=1", "id-1"));

        assertThat(result.isAccepted()).isTrue();
        assertThat(said()).contains("https://pay.example/x?y=1");
    }

    @Test
    void whatAServerSendsCannotMoveTheCursor() {
        forms("", null).form(new ElicitForm("a\u001b[2Jb", JsonObject.of("type", "object")));

        assertThat(said()).doesNotContain("\u001b").contains("a[2Jb");
    }

    private TerminalForms forms(String typed, @Nullable JsonObject answers) {
        return new TerminalForms(terminal(typed, true), answers);
    }

    private Terminal terminal(String typed, boolean isTerminal) {
        PrintStream err = new PrintStream(shown, true, StandardCharsets.UTF_8);
        byte[] input = typed.getBytes(StandardCharsets.UTF_8);
        return Terminal.of(err, err, new ByteArrayInputStream(input), isTerminal);
    }

    private String said() {
        return shown.toString(StandardCharsets.UTF_8);
    }
}
