package io.erlmcp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.testing.Requirement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Answers of clients are read by what was asked, strictly. */
@Requirement({"proto.elicitation", "proto.sampling"})
class InputAnswerTest {
    private static final ElicitForm FORM =
            new ElicitForm(
                    "?",
                    Json.parseObject(
                            """
                            {"type":"object","required":["name"],"properties":{
                              "name":{"type":"string","maxLength":3},
                              "age":{"type":"integer"},"tags":{"type":"array","items":{"type":"string"}}}}\
                            """));

    @ParameterizedTest
    @EnumSource(Revision.class)
    void everyAnswerIsReadAsItWasWritten(Revision revision) {
        Wire wire = Wire.of(revision);
        Samples.answers()
                .forEach(
                        (answer, question) -> {
                            if (wire.knows(question)
                                    && (revision.isAtLeast(Revision.R2025_11_25)
                                            || answer != Parts.SAMPLED)) {
                                JsonWriter out = new JsonWriter();
                                wire.writeInputResponse(answer, out);
                                InputResponse read =
                                        wire.readInputResponse(
                                                question, Json.parse(out.toByteArray()));
                                JsonWriter again = new JsonWriter();
                                wire.writeInputResponse(read, again);
                                assertThat(Json.parse(again.toByteArray()))
                                        .isEqualTo(Json.parse(out.toByteArray()));
                            }
                        });
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "5 | expected object, was number",
                "null | expected object, was null",
                "[] | expected object, was array",
                "{} | 'action'",
                "{\"action\":\"maybe\"} | expected accept, decline or cancel",
                "{\"action\":1} | 'action'",
                "{\"action\":\"accept\"} | 'content': expected object, was absent",
                "{\"action\":\"accept\",\"content\":\"x\"} | 'content': expected object, was"
                        + " string",
                "{\"action\":\"accept\",\"content\":{}} | name",
                "{\"action\":\"accept\",\"content\":{\"name\":\"long\"}} | name",
                "{\"action\":\"accept\",\"content\":{\"name\":null}} | content.name",
                "{\"action\":\"accept\",\"content\":{\"name\":{}}} | content.name",
                "{\"action\":\"accept\",\"content\":{\"name\":\"a\",\"age\":1.5}} | age",
                "{\"action\":\"accept\",\"content\":{\"name\":\"a\",\"tags\":[1]}} | content.tags",
                "{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"a\"},\"model\":\"m\"}"
                        + " | 'action'",
            })
    void anAnswerToAFormIsRefused(String answer, String message) {
        refused(FORM, answer, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{\"content\":{\"type\":\"text\",\"text\":\"a\"},\"model\":\"m\"} | 'role'",
                "{\"role\":\"system\",\"content\":{\"type\":\"text\",\"text\":\"a\"},\"model\":\"m\"}"
                    + " | expected user or assistant",
                "{\"role\":\"user\",\"model\":\"m\"} | 'content'",
                "{\"role\":\"user\",\"content\":\"a\",\"model\":\"m\"} | expected object or array,"
                        + " was string",
                "{\"role\":\"user\",\"content\":{\"type\":\"text\"},\"model\":\"m\"} | 'text'",
                "{\"role\":\"user\",\"content\":{\"type\":\"smell\"},\"model\":\"m\"} | unknown"
                        + " type 'smell'",
                "{\"role\":\"user\",\"content\":[1],\"model\":\"m\"} | content[0]",
                "{\"role\":\"user\",\"content\":{\"type\":\"text\",\"text\":\"a\"}} | 'model'",
            })
    void anAnswerOfAModelIsRefused(String answer, String message) {
        refused(CreateMessage.of("?", 1), answer, message);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "{} | 'roots'",
                "{\"roots\":{}} | 'roots'",
                "{\"roots\":[\"file:///a\"]} | roots[0]",
                "{\"roots\":[{\"name\":\"a\"}]} | 'uri'",
            })
    void anAnswerOfRootsIsRefused(String answer, String message) {
        refused(new ListRoots(), answer, message);
    }

    @Test
    void aDeclinedFormNeedsNoContent() {
        assertThat(read(FORM, "{\"action\":\"decline\"}")).isEqualTo(ElicitResult.decline());
        assertThat(read(FORM, "{\"action\":\"cancel\",\"content\":{\"x\":{}}}"))
                .isEqualTo(ElicitResult.cancel());
        assertThat(read(Parts.PAGE, "{\"action\":\"accept\"}"))
                .isEqualTo(ElicitResult.accept(JsonObject.EMPTY));
    }

    @Test
    void aModelAnswersWithOneBlockOrSeveral() {
        String text = "{\"type\":\"text\",\"text\":\"a\"}";
        for (String content : List.of(text, "[" + text + "]")) {
            String answer =
                    "{\"role\":\"assistant\",\"content\":"
                            + content
                            + ",\"model\":\"m\",\"extra\":1}";
            assertThat(read(CreateMessage.of("?", 1), answer))
                    .asInstanceOf(type(CreateMessageResult.class))
                    .satisfies(it -> assertThat(it.text()).isEqualTo("a"));
        }
    }

    @Test
    void aFormThatCannotBeUsedIsNotTheClientsFault() {
        ElicitForm broken = new ElicitForm("?", JsonObject.of("type", "nonsense"));
        assertThatThrownBy(() -> read(broken, "{\"action\":\"accept\",\"content\":{}}"))
                .isInstanceOf(IllegalStateException.class);
    }

    private static InputResponse read(InputRequest question, String answer) {
        return Wire.of(Revision.R2026_07_28).readInputResponse(question, Json.parse(answer));
    }

    private static void refused(InputRequest question, String answer, String message) {
        for (Revision revision : List.of(Revision.R2025_11_25, Revision.R2026_07_28)) {
            assertThatThrownBy(
                            () -> Wire.of(revision).readInputResponse(question, Json.parse(answer)))
                    .asInstanceOf(type(McpException.class))
                    .satisfies(it -> assertThat(it.code()).isEqualTo(ErrorCode.INVALID_PARAMS))
                    .satisfies(it -> assertThat(it).hasMessageContaining(message));
        }
    }
}
