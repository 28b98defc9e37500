package io.erlmcp.wire;

import static io.erlmcp.testing.SchemaOracle.Sender.CLIENT;
import static io.erlmcp.testing.SchemaOracle.Sender.SERVER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CreateTaskResult;
import io.erlmcp.protocol.DetailedTask;
import io.erlmcp.protocol.DiscoverResult;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.InitializeResult;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListenEnded;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.TaskResult;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SchemaOracle;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Whatever a wire writes is what the official schema of its revision allows, and nothing beside it.
 */
@Requirement("proto.spec")
class OfficialSchemaTest {
    private static final ResultMeta FULL_META = new ResultMeta(Parts.FULL_NAME, Parts.META);

    @ParameterizedTest
    @EnumSource(Revision.class)
    void everyResultIsValid(Revision revision) {
        Wire wire = Wire.of(revision);
        for (ServerResult result : Samples.results(revision)) {
            for (ResultMeta meta : List.of(ResultMeta.NONE, FULL_META)) {
                JsonObject message = Messages.result(wire, result, meta);
                SchemaOracle.strict(revision)
                        .assertValid(SERVER, message, answered(result, revision));
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    void everyNotificationIsValid(Revision revision) {
        Wire wire = Wire.of(revision);
        for (ServerNotification notification : Samples.notifications()) {
            boolean ofExtension =
                    revision.era() == Era.MODERN
                            && notification instanceof ServerNotification.TaskChanged;
            if (ofExtension) {
                continue; // the extension has a schema of its own: TaskWireTest
            }
            if (wire.knows(notification)) {
                for (JsonValue id : List.of(JsonNumber.of(7), JsonValue.of("7"))) {
                    JsonObject message = Messages.notification(wire, notification, id);
                    SchemaOracle.strict(revision).assertValid(SERVER, message, null);
                }
                SchemaOracle.strict(revision)
                        .assertValid(SERVER, Messages.notification(wire, notification, null), null);
            } else {
                assertThatThrownBy(() -> Messages.notification(wire, notification, null))
                        .isInstanceOf(IllegalArgumentException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Revision.class, mode = EnumSource.Mode.EXCLUDE, names = "R2026_07_28")
    void everyQuestionIsValid(Revision revision) {
        Wire wire = Wire.of(revision);
        for (InputRequest question : Samples.questions()) {
            if (wire.knows(question)) {
                SchemaOracle.strict(revision)
                        .assertValid(SERVER, Messages.question(wire, question), null);
            } else {
                assertThatThrownBy(() -> Messages.question(wire, question))
                        .isInstanceOf(McpException.class);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(Revision.class)
    void everyRequestIsValid(Revision revision) {
        Wire wire = Wire.of(revision);
        for (ClientRequest request : Samples.requests(revision)) {
            for (RequestMeta meta : Samples.metas(revision)) {
                SchemaOracle.strict(revision)
                        .assertValid(CLIENT, Messages.request(wire, request, meta, null), null);
            }
        }
    }

    @ParameterizedTest
    @EnumSource(value = Revision.class, mode = EnumSource.Mode.EXCLUDE, names = "R2026_07_28")
    void everyAnswerIsValid(Revision revision) {
        Wire wire = Wire.of(revision);
        for (Map.Entry<InputResponse, InputRequest> each : Samples.answers().entrySet()) {
            if (wire.knows(each.getValue()) && !isNewerThan(revision, each.getValue())) {
                SchemaOracle.strict(revision)
                        .assertValid(
                                CLIENT,
                                Messages.answer(wire, each.getKey()),
                                wire.method(each.getValue()));
            }
        }
    }

    /** The form of several choices is refused before it is asked. */
    private static boolean isNewerThan(Revision revision, InputRequest question) {
        return question == Parts.MULTI_FORM && !revision.isAtLeast(Revision.R2025_11_25);
    }

    @Test
    void everyModernAnswerIsValidInARetry() {
        Wire wire = Wire.of(Revision.R2026_07_28);
        for (InputResponse response : Samples.answers().keySet()) {
            JsonObject message =
                    Messages.request(
                            wire,
                            new ClientRequest.CallTool("t", JsonSlice.EMPTY_OBJECT),
                            RequestMeta.NONE,
                            new Retry(Map.of("key", response), "state"));
            SchemaOracle.strict(Revision.R2026_07_28).assertValid(CLIENT, message, null);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = Revision.class,
            names = {"R2024_11_05", "R2025_03_26", "R2025_06_18"})
    void aFormWithSeveralChoicesIsRefusedWhereThereIsNone(Revision revision) {
        assertThatThrownBy(() -> Messages.question(Wire.of(revision), Parts.MULTI_FORM))
                .isInstanceOf(McpException.class)
                .hasMessageContaining(revision.text());
    }

    @Test
    void theOracleRefusesWhatTheSchemaRefuses() {
        SchemaOracle oracle = SchemaOracle.of(Revision.R2026_07_28);
        JsonObject untyped =
                JsonObject.of(
                        "jsonrpc", "2.0", "id", 1, "result", JsonObject.of("content", List.of()));
        assertThat(oracle.check(SERVER, untyped, "tools/call")).isNotEmpty();
        JsonObject ping = JsonObject.of("jsonrpc", "2.0", "id", 1, "method", "ping");
        assertThat(oracle.check(CLIENT, ping, null)).isNotEmpty();
        assertThat(SchemaOracle.of(Revision.R2025_11_25).check(CLIENT, ping, null)).isEmpty();
        assertThat(SchemaOracle.of(Revision.R2025_11_25).check(SERVER, ping, null)).isEmpty();
    }

    @Test
    void theStrictOracleRefusesMembersOfLaterRevisions() {
        JsonObject message =
                JsonObject.of(
                        "jsonrpc",
                        "2.0",
                        "id",
                        1,
                        "result",
                        JsonObject.of("tools", List.of(), "ttlMs", 1));
        assertThat(SchemaOracle.of(Revision.R2025_11_25).check(SERVER, message, "tools/list"))
                .isEmpty();
        assertThat(SchemaOracle.strict(Revision.R2025_11_25).check(SERVER, message, "tools/list"))
                .singleElement()
                .asString()
                .contains("ttlMs");
    }

    /** The method that a result answers. */
    static @Nullable String answered(ServerResult result, Revision revision) {
        return switch (result) {
            case CallToolResult it -> "tools/call";
            case GetPromptResult it -> "prompts/get";
            case ReadResourceResult it -> "resources/read";
            case Page.Tools it -> "tools/list";
            case Page.Prompts it -> "prompts/list";
            case Page.Resources it -> "resources/list";
            case Page.ResourceTemplates it -> "resources/templates/list";
            case Completion it -> "completion/complete";
            case Empty it -> revision.era() == Era.LEGACY ? "ping" : null;
            case InitializeResult it -> "initialize";
            case DiscoverResult it -> "server/discover";
            case InputRequired it -> "tools/call";
            case ListenEnded it -> "subscriptions/listen";
            case CreateTaskResult it -> null;
            case DetailedTask it -> "tasks/get";
            case TaskResult it -> "tasks/result";
            case Page.Tasks it -> "tasks/list";
        };
    }
}
