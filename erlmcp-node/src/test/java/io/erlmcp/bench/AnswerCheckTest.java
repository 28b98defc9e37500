package io.erlmcp.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Lies are found, also after many right answers; other spellings of the truth are no lies. */
class AnswerCheckTest {
    private final SplittableRandom random = new SplittableRandom(7);
    private final AnswerCheck check = new AnswerCheck(Workload.TOOLS_CALL);
    private final RequestBytes request = new RequestBytes(new Messages(Plans.echo(1)).request(0));
    private long nextId = RequestBytes.FIRST_ID;

    @BeforeEach
    void aFewRightAnswers() {
        for (int i = 0; i < 5; i++) {
            assertThat(verdictOn(UnaryOperator.identity())).isEqualTo(Verdict.RIGHT);
        }
    }

    /** The verdict on what {@code change} makes of the right answer to a fresh request. */
    private Verdict verdictOn(UnaryOperator<String> change) {
        request.renew(nextId++, random);
        JsonObject sent = Json.parseObject(request.bytes());
        String right = ScriptedServer.echoed(sent, ScriptedServer.sent(sent)).toJson();
        byte[] answer = ("<" + change.apply(right) + ">").getBytes(StandardCharsets.UTF_8);
        return check.check(answer, 1, answer.length - 1, false, request, 0);
    }

    @Test
    void anotherTextIsALie() {
        assertThat(verdictOn(right -> right.replace(request.text(), "x".repeat(40))))
                .isInstanceOf(Verdict.Wrong.class);
    }

    @Test
    void oneOtherLetterIsALie() {
        String wrong = "!";
        assertThat(
                        verdictOn(
                                right ->
                                        right.replace(
                                                request.text(),
                                                request.text().substring(1) + wrong)))
                .isInstanceOf(Verdict.Wrong.class);
        assertThat(
                        verdictOn(
                                right ->
                                        right.replace(
                                                request.text(),
                                                wrong + request.text().substring(1))))
                .isInstanceOf(Verdict.Wrong.class);
    }

    @Test
    void theTextOfTheRequestBeforeIsALie() {
        String before = request.text();

        assertThat(verdictOn(right -> right.replace(request.text(), before)))
                .isInstanceOf(Verdict.Wrong.class);
    }

    @Test
    void theIdOfTheRequestBeforeIsALie() {
        assertThat(verdictOn(right -> right.replace("" + request.id(), "" + (request.id() - 1))))
                .isInstanceOf(Verdict.Wrong.class);
    }

    @Test
    void anIdAsTextIsALie() {
        assertThat(verdictOn(right -> right.replace("" + request.id(), "\"" + request.id() + "\"")))
                .isInstanceOf(Verdict.Wrong.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "hello", "{}", "{\"id\":1,\"result\":{}}", "[1]", "{\"jsonrpc\""})
    void somethingElseIsALie(String answer) {
        assertThat(verdictOn(right -> answer)).isInstanceOf(Verdict.Wrong.class);
    }

    @Test
    void theSameInAnotherSpellingIsRight() {
        assertThat(verdictOn(right -> " " + right.replace(",", " , ") + "\n"))
                .isEqualTo(Verdict.RIGHT);
        assertThat(verdictOn(UnaryOperator.identity())).isEqualTo(Verdict.RIGHT);
    }

    @Test
    void refusalsSayWhichTheyAre() {
        assertThat(
                        verdictOn(
                                right ->
                                        JsonObject.of("error", JsonObject.of("code", -32603))
                                                .toJson()))
                .isEqualTo(new Verdict.Refused("JSON-RPC -32603"));
        assertThat(verdictOn(right -> right.replace("\"content\"", "\"isError\":true,\"content\"")))
                .isEqualTo(new Verdict.Refused("tool failure"));
    }

    @Test
    void aRequestIsFreshEachTimeAndAlwaysOfTheSameLength() {
        int length = request.bytes().length;
        String before = request.text();
        request.renew(RequestBytes.FIRST_ID + 123_456_789, random);
        JsonObject sent = Json.parseObject(request.bytes());

        assertThat(request.bytes()).hasSize(length);
        assertThat(sent.requireInteger("id")).isEqualTo(RequestBytes.FIRST_ID + 123_456_789);
        assertThat(ScriptedServer.sent(sent)).hasSize(40).isEqualTo(request.text());
        assertThat(request.text()).isNotEqualTo(before);
    }

    @Test
    void anEmptyListOfToolsIsNotRight() {
        AnswerCheck list = new AnswerCheck(Workload.TOOLS_LIST);
        JsonObject sent = JsonObject.of("id", request.id());
        JsonObject empty = ScriptedServer.result(sent, JsonObject.of("tools", JsonArray.of()));
        byte[] answer = empty.toJson().getBytes(StandardCharsets.UTF_8);

        assertThat(list.check(answer, 0, answer.length, false, request, 0))
                .isInstanceOf(Verdict.Wrong.class);
    }

    private static JsonObject emitted(int count) {
        return JsonObject.of(
                "content", JsonArray.of(JsonObject.of("type", "text", "text", "emitted " + count)));
    }

    private static JsonObject initialized(String version) {
        return JsonObject.of("protocolVersion", version, "serverInfo", JsonObject.of("name", "a"));
    }

    private Verdict verdict(AnswerCheck on, JsonObject result) {
        JsonObject sent = JsonObject.of("id", request.id());
        StringBuilder messages = new StringBuilder();
        for (int i = 1; i <= BenchPlan.PROGRESS_PER_CALL; i++) {
            messages.append("data: ")
                    .append(
                            JsonObject.of(
                                            "method",
                                            "notifications/progress",
                                            "params",
                                            JsonObject.of(
                                                    "progress",
                                                    i,
                                                    "progressToken",
                                                    Messages.token(0)))
                                    .toJson())
                    .append("\n\n");
        }
        String answer = ScriptedServer.result(sent, result).toJson();
        byte[] bytes = (messages + "data: " + answer + "\n\n").getBytes(StandardCharsets.UTF_8);
        return on.check(bytes, 0, bytes.length, true, request, 0);
    }

    @Test
    void anotherTextThanBeforeAtTheEndOfAStreamIsALie() {
        AnswerCheck progress = new AnswerCheck(Workload.PROGRESS);

        assertThat(verdict(progress, emitted(10))).isEqualTo(Verdict.RIGHT);
        assertThat(verdict(progress, emitted(10))).isEqualTo(Verdict.RIGHT);
        assertThat(verdict(progress, emitted(9))).isInstanceOf(Verdict.Wrong.class);
    }

    @Test
    void anUnknownVersionOrAnotherThanBeforeIsNotRight() {
        AnswerCheck initialize = new AnswerCheck(Workload.INITIALIZE);

        assertThat(verdict(initialize, initialized("2026-07-28")))
                .isInstanceOf(Verdict.Wrong.class);
        assertThat(verdict(initialize, initialized("2025-06-18"))).isEqualTo(Verdict.RIGHT);
        assertThat(verdict(initialize, initialized("2025-06-18"))).isEqualTo(Verdict.RIGHT);
        assertThat(verdict(initialize, initialized("2025-11-25")))
                .isInstanceOf(Verdict.Wrong.class);
    }
}
