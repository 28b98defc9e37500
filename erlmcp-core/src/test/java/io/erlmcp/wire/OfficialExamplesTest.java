package io.erlmcp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Envelope;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonBoolean;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.testing.Requirement;
import io.erlmcp.testing.SchemaOracle;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The examples of the specification are read and written again without loss. */
@Requirement("proto.spec")
class OfficialExamplesTest {
    private static final Dialect DIALECT = new Dialect(Revision.R2026_07_28);
    private static final Wire WIRE = Wire.of(Revision.R2026_07_28);
    private static final JsonObject EXAMPLES = SchemaOracle.resource("2026-07-28/examples.json");

    /** Errors, the envelope's own, and what only has a meaning inside something else. */
    private static final Set<String> NOT_OF_THE_WIRE =
            Set.of(
                    ("CancelledNotification CancelledNotificationParams HeaderMismatchError"
                         + " InternalError InvalidParamsError MethodNotFoundError ParseError"
                         + " MissingRequiredClientCapabilityError UnsupportedProtocolVersionError")
                            .split(" "));

    private static final Map<String, UnaryOperator<JsonObject>> ROUND_TRIPS = roundTrips();

    static Stream<String> examples() {
        // One example of a read result lacks the cache hints that the schema requires.
        return EXAMPLES.keys().stream()
                .filter(
                        it ->
                                !it.equals(
                                        "ReadResourceResultResponse/read-resource-result-response"))
                .filter(it -> !NOT_OF_THE_WIRE.contains(type(it)));
    }

    @ParameterizedTest
    @MethodSource("examples")
    void anExampleIsWrittenAsItWasRead(String name) {
        JsonObject example = EXAMPLES.requireObject(name);
        UnaryOperator<JsonObject> roundTrip = ROUND_TRIPS.get(type(name));
        assertThat(roundTrip).as("a round trip for " + type(name)).isNotNull();
        assertThat(explicit(roundTrip.apply(example))).isEqualTo(explicit(example));
    }

    private static String type(String name) {
        return name.substring(0, name.indexOf('/'));
    }

    /**
     * What is spelled in two ways, in one: false where absent means false, and the mode of forms.
     */
    private static JsonValue explicit(JsonValue value) {
        return switch (value) {
            case JsonObject object -> {
                JsonObject.Builder copy = JsonObject.builder();
                object.members()
                        .forEach(
                                (name, it) -> {
                                    boolean defaulted =
                                            Set.of("isError", "hasMore").contains(name)
                                                            && it.equals(JsonBoolean.FALSE)
                                                    || name.equals("mode")
                                                            && it.equals(new JsonString("form"));
                                    if (!defaulted) {
                                        copy.put(
                                                name,
                                                name.equals("elicitation")
                                                        ? form(it)
                                                        : explicit(it));
                                    }
                                });
                yield copy.build();
            }
            case JsonArray array ->
                    JsonArray.of(
                            array.values().stream().map(OfficialExamplesTest::explicit).toArray());
            default -> value;
        };
    }

    private static JsonValue form(JsonValue capability) {
        return capability.equals(JsonObject.EMPTY)
                ? JsonObject.of("form", JsonObject.EMPTY)
                : capability;
    }

    private static Map<String, UnaryOperator<JsonObject>> roundTrips() {
        Map<String, UnaryOperator<JsonObject>> trips = new LinkedHashMap<>();
        requests(trips);
        results(trips);
        content(trips);
        questions(trips);
        answers(trips);
        partsOfQuestions(trips);
        notifications(trips);
        return trips;
    }

    private static void requests(Map<String, UnaryOperator<JsonObject>> trips) {
        for (String type :
                "CallTool Complete Discover GetPrompt ListPrompts ListResourceTemplates ListResources"
                        .split(" ")) {
            trips.put(type + "Request", OfficialExamplesTest::request);
        }
        for (String type : "ListTools ReadResource SubscriptionsListen".split(" ")) {
            trips.put(type + "Request", OfficialExamplesTest::request);
        }
        trips.put("CallToolRequestParams", it -> params("tools/call", it));
        trips.put("CompleteRequestParams", it -> params("completion/complete", it));
        trips.put("GetPromptRequestParams", it -> params("prompts/get", it));
        trips.put("PaginatedRequestParams", it -> params("tools/list", it));
        trips.put(
                "InputResponses",
                it -> {
                    Map<String, InputRequest> questions =
                            Map.of(
                                    "github_login",
                                    new ElicitForm("?", JsonObject.EMPTY),
                                    "capital_of_france",
                                    CreateMessage.of("?", 1));
                    JsonObject.Builder answers = JsonObject.builder();
                    it.members()
                            .forEach(
                                    (key, answer) ->
                                            answers.put(key, answer(questions.get(key), answer)));
                    return answers.build();
                });
    }

    private static JsonObject request(JsonObject message) {
        JsonObject written =
                params(message.requireString("method"), message.requireObject("params"));
        return message.with("params", written);
    }

    private static JsonObject params(String method, JsonObject params) {
        Envelope envelope = Messages.envelope(method, params.toJson());
        RequestMeta meta = WIRE.readMeta(envelope);
        ClientRequest request = WIRE.readRequest(method, envelope);
        assertThat(request).isNotNull();
        assertThat(WIRE.method(request)).isEqualTo(method);
        return written(out -> WIRE.writeRequestParams(request, meta, null, out));
    }

    private static void results(Map<String, UnaryOperator<JsonObject>> trips) {
        Map<String, String> methods = new LinkedHashMap<>();
        methods.put("CallToolResult", "tools/call");
        methods.put("CompleteResult", "completion/complete");
        methods.put("DiscoverResult", "server/discover");
        methods.put("GetPromptResult", "prompts/get");
        methods.put("InputRequiredResult", "tools/call");
        methods.put("ListPromptsResult", "prompts/list");
        methods.put("ListResourceTemplatesResult", "resources/templates/list");
        methods.put("ListResourcesResult", "resources/list");
        methods.put("ListToolsResult", "tools/list");
        methods.put("ReadResourceResult", "resources/read");
        methods.put("SubscriptionsListenResult", "subscriptions/listen");
        methods.forEach(
                (type, method) -> {
                    trips.put(type, it -> result(method, it));
                    trips.put(
                            type + "Response",
                            it -> it.with("result", result(method, it.requireObject("result"))));
                });
        trips.put(
                "ServerCapabilities",
                it ->
                        written(
                                out ->
                                        CapabilitiesCodec.write(
                                                CapabilitiesCodec.readServer(it), DIALECT, out)));
        trips.put(
                "ClientCapabilities",
                it ->
                        written(
                                out ->
                                        CapabilitiesCodec.write(
                                                CapabilitiesCodec.readClient(it), DIALECT, out)));
    }

    private static JsonObject result(String method, JsonObject result) {
        ClientRequest request =
                Samples.requests(Revision.R2026_07_28).stream()
                        .filter(it -> WIRE.method(it).equals(method))
                        .findFirst()
                        .orElseThrow();
        ResultMeta meta = new ResultMeta(WIRE.serverInfo(result), JsonObject.EMPTY);
        return written(out -> WIRE.writeResult(WIRE.readResult(request, result), meta, out));
    }

    private static void content(Map<String, UnaryOperator<JsonObject>> trips) {
        for (String type :
                "AudioContent EmbeddedResource ImageContent ResourceLink TextContent".split(" ")) {
            trips.put(
                    type,
                    it -> written(out -> ContentCodec.write(ContentCodec.read(it), DIALECT, out)));
        }
        for (String type : "BlobResourceContents TextResourceContents".split(" ")) {
            trips.put(
                    type,
                    it ->
                            written(
                                    out ->
                                            ResourceCodec.write(
                                                    ResourceCodec.readContents(it), DIALECT, out)));
        }
        trips.put(
                "Resource",
                it -> written(out -> ResourceCodec.write(ResourceCodec.read(it), DIALECT, out)));
        trips.put("Tool", it -> written(out -> ToolCodec.write(ToolCodec.read(it), DIALECT, out)));
    }

    private static void questions(Map<String, UnaryOperator<JsonObject>> trips) {
        for (String type : "CreateMessage Elicit".split(" ")) {
            trips.put(
                    type + "Request",
                    it ->
                            it.with(
                                    "params",
                                    question(
                                            it.requireString("method"),
                                            it.requireObject("params"))));
        }
        trips.put(
                "ListRootsRequest",
                it -> {
                    assertThat(question(it.requireString("method"), JsonObject.EMPTY))
                            .isEqualTo(JsonObject.EMPTY);
                    return it;
                });
        trips.put("CreateMessageRequestParams", it -> question("sampling/createMessage", it));
        trips.put("ElicitRequestFormParams", it -> question("elicitation/create", it));
        trips.put("ElicitRequestURLParams", it -> question("elicitation/create", it));
        trips.put(
                "InputRequests",
                it ->
                        result(
                                        "tools/call",
                                        JsonObject.of(
                                                "resultType",
                                                "input_required",
                                                "inputRequests",
                                                it))
                                .requireObject("inputRequests"));
    }

    private static void answers(Map<String, UnaryOperator<JsonObject>> trips) {
        trips.put("CreateMessageResult", it -> answer(CreateMessage.of("?", 1), it));
        trips.put(
                "ElicitResult",
                it ->
                        answer(
                                it.has("content")
                                        ? new ElicitForm("?", JsonObject.EMPTY)
                                        : new ElicitUrl("?", "https://a", ""),
                                it));
        trips.put("ListRootsResult", it -> answer(new ListRoots(), it));
        trips.put(
                "Root",
                it ->
                        (JsonObject)
                                answer(new ListRoots(), JsonObject.of("roots", JsonArray.of(it)))
                                        .requireArray("roots")
                                        .get(0));
    }

    private static void partsOfQuestions(Map<String, UnaryOperator<JsonObject>> trips) {
        trips.put("SamplingMessage", OfficialExamplesTest::message);
        for (String type : "ToolResultContent ToolUseContent".split(" ")) {
            trips.put(
                    type,
                    it ->
                            message(JsonObject.of("role", "user", "content", it))
                                    .requireObject("content"));
        }
        trips.put(
                "ModelPreferences",
                it ->
                        question(
                                        "sampling/createMessage",
                                        JsonObject.of(
                                                "messages",
                                                JsonArray.EMPTY,
                                                "maxTokens",
                                                1,
                                                "modelPreferences",
                                                it))
                                .requireObject("modelPreferences"));
        for (String type :
                ("BooleanSchema NumberSchema StringSchema TitledMultiSelectEnumSchema"
                                + " TitledSingleSelectEnumSchema UntitledMultiSelectEnumSchema"
                                + " UntitledSingleSelectEnumSchema")
                        .split(" ")) {
            trips.put(type, OfficialExamplesTest::field);
        }
    }

    private static JsonObject message(JsonObject message) {
        JsonObject params = JsonObject.of("messages", JsonArray.of(message), "maxTokens", 1);
        return (JsonObject)
                question("sampling/createMessage", params).requireArray("messages").get(0);
    }

    private static JsonObject field(JsonObject schema) {
        JsonObject form =
                JsonObject.of("type", "object", "properties", JsonObject.of("field", schema));
        return question(
                        "elicitation/create",
                        JsonObject.of("message", "?", "requestedSchema", form))
                .requireObject("requestedSchema")
                .requireObject("properties")
                .requireObject("field");
    }

    private static JsonObject question(String method, JsonObject params) {
        InputRequest question = WIRE.readInputRequest(method, params);
        assertThat(WIRE.method(question)).isEqualTo(method);
        return written(out -> WIRE.writeInputRequestParams(question, out));
    }

    private static JsonObject answer(@Nullable InputRequest question, JsonValue answer) {
        assertThat(question).isNotNull();
        InputResponse read = WIRE.readInputResponse(question, answer);
        JsonObject written = written(out -> WIRE.writeInputResponse(read, out));
        // A form that was accepted empty and a page look the same once they are read.
        boolean page =
                question instanceof ElicitUrl && read.equals(ElicitResult.accept(JsonObject.EMPTY));
        return page ? written.without("content") : written;
    }

    private static void notifications(Map<String, UnaryOperator<JsonObject>> trips) {
        for (String type :
                ("LoggingMessage Progress PromptListChanged ResourceListChanged ResourceUpdated"
                                + " SubscriptionsAcknowledged ToolListChanged")
                        .split(" ")) {
            trips.put(
                    type + "Notification",
                    it ->
                            it.with(
                                    "params",
                                    notification(
                                            it.requireString("method"),
                                            it.requireObject("params"))));
        }
        trips.put(
                "LoggingMessageNotificationParams",
                it -> notification("notifications/message", it));
        trips.put("ProgressNotificationParams", it -> notification("notifications/progress", it));
        trips.put(
                "ResourceUpdatedNotificationParams",
                it -> notification("notifications/resources/updated", it));
    }

    private static JsonObject notification(String method, JsonObject params) {
        ServerNotification notification = WIRE.readNotification(method, params);
        assertThat(notification).isNotNull();
        assertThat(WIRE.method(notification)).isEqualTo(method);
        return written(
                out ->
                        WIRE.writeNotificationParams(
                                notification, WIRE.subscriptionId(params), out));
    }

    private static JsonObject written(Consumer<JsonWriter> write) {
        JsonWriter out = new JsonWriter();
        write.accept(out);
        return Json.parseObject(out.toByteArray());
    }
}
