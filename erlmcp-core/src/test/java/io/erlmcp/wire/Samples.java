package io.erlmcp.wire;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.Annotations;
import io.erlmcp.protocol.AudioContent;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.DiscoverResult;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;
import io.erlmcp.protocol.EmbeddedResource;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.ImageContent;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.InitializeResult;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.ListRootsResult;
import io.erlmcp.protocol.ListenEnded;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.ModelPreferences;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.PromptArgument;
import io.erlmcp.protocol.PromptMessage;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.ResourceLink;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.Role;
import io.erlmcp.protocol.Root;
import io.erlmcp.protocol.SamplingContent;
import io.erlmcp.protocol.SamplingMessage;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.protocol.Tool;
import io.erlmcp.protocol.ToolAnnotations;
import io.erlmcp.protocol.ToolResultContent;
import io.erlmcp.protocol.ToolUseContent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The largest and the smallest instance of everything that is sent. */
final class Samples {
    static final JsonObject META = JsonObject.of("com.example/key", JsonArray.of(1, "two", null));
    static final Annotations HINTS =
            new Annotations(List.of(Role.USER, Role.ASSISTANT), 0.5, "2026-01-12T15:00:58Z");
    static final List<Icon> ICONS =
            List.of(
                    new Icon(
                            "https://example.com/i.png",
                            "image/png",
                            List.of("48x48", "any"),
                            "dark"),
                    new Icon("data:image/png;base64,AA==", null, List.of(), null));
    static final Implementation FULL_NAME =
            new Implementation(
                    "erlmcp", "The Runtime", "1.2.3", "Runs tools", "https://example.com", ICONS);
    static final Implementation SHORT_NAME = Implementation.of("x", "0");

    static final TextContent TEXT = new TextContent("a \"text\"\nwith é and 🎈", HINTS, META);
    static final ImageContent IMAGE = new ImageContent("AA==", "image/png", HINTS, META);
    static final AudioContent AUDIO = new AudioContent("AA==", "audio/wav", HINTS, META);
    static final Resource RESOURCE =
            new Resource(
                    "file:///a/b.txt",
                    "b.txt",
                    "B",
                    "a file",
                    "text/plain",
                    HINTS,
                    12L,
                    ICONS,
                    META);
    static final ResourceTemplate TEMPLATE =
            new ResourceTemplate(
                    "file:///{path}",
                    "files",
                    "Files",
                    "all files",
                    "text/plain",
                    HINTS,
                    ICONS,
                    META);
    static final ResourceContents TEXT_CONTENTS =
            new ResourceContents.Text("file:///a/b.txt", "text/plain", "hello", META);
    static final ResourceContents BLOB_CONTENTS =
            new ResourceContents.Blob("file:///a/b.bin", "application/octet-stream", "AA==", META);
    static final List<ContentBlock> ALL_CONTENT =
            List.of(
                    TEXT,
                    IMAGE,
                    AUDIO,
                    new ResourceLink(RESOURCE),
                    new EmbeddedResource(TEXT_CONTENTS, HINTS, META),
                    new EmbeddedResource(BLOB_CONTENTS));

    static final Tool TOOL =
            new Tool(
                    "get_weather",
                    "Weather",
                    "Tells the weather",
                    Json.parseObject(
                            """
                            {"$schema":"https://json-schema.org/draft/2020-12/schema","type":"object",
                             "properties":{"city":{"type":"string"},"anything":true},"required":["city"]}\
                            """),
                    Json.parseObject(
                            "{\"type\":\"object\",\"properties\":{\"degrees\":{\"type\":\"number\"}}}"),
                    new ToolAnnotations("Weather", true, false, true, false),
                    ICONS,
                    META);
    static final Tool SMALL_TOOL =
            new Tool(
                    "now",
                    null,
                    null,
                    JsonObject.of("type", "object"),
                    null,
                    ToolAnnotations.NONE,
                    List.of(),
                    JsonObject.EMPTY);
    static final Tool LIST_TOOL =
            new Tool(
                    "list",
                    null,
                    null,
                    JsonObject.of("type", "object"),
                    Json.parseObject("{\"type\":\"array\",\"items\":{\"type\":\"string\"}}"),
                    ToolAnnotations.NONE,
                    List.of(),
                    JsonObject.EMPTY);
    static final Prompt PROMPT =
            new Prompt(
                    "review",
                    "Review",
                    "Reviews code",
                    List.of(
                            new PromptArgument("code", "Code", "the code", true),
                            new PromptArgument("style", null, null, false)),
                    ICONS,
                    META);
    static final Prompt SMALL_PROMPT =
            new Prompt("p", null, null, List.of(), List.of(), JsonObject.EMPTY);
    static final CacheHint CACHE = new CacheHint(Duration.ofMinutes(10), true);

    static final ServerCapabilities ALL_OFFERED =
            new ServerCapabilities(
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    JsonObject.of("io.example/ext", JsonObject.of("a", 1)),
                    JsonObject.of("trial", JsonObject.of("b", true)));
    static final ServerCapabilities NOTHING_OFFERED =
            new ServerCapabilities(
                    false,
                    false,
                    false,
                    false,
                    false,
                    false,
                    false,
                    JsonObject.EMPTY,
                    JsonObject.EMPTY);
    static final ClientCapabilities ALL_CLIENT =
            new ClientCapabilities(
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    true,
                    JsonObject.of("io.example/ext", JsonObject.of("a", 1)),
                    JsonObject.of("experimental", JsonObject.of("trial", JsonObject.EMPTY)));

    static final ElicitForm FORM =
            new ElicitForm(
                    "Who are you?",
                    Json.parseObject(
                            """
                            {"type":"object","properties":{
                              "name":{"type":"string","minLength":1,"title":"Name","description":"d"},
                              "mail":{"type":"string","format":"email"},
                              "age":{"type":"integer","minimum":18,"maximum":120},
                              "score":{"type":"number","minimum":0.5},
                              "ok":{"type":"boolean","default":true},
                              "size":{"type":"string","enum":["s","m"],"enumNames":["Small","Medium"]},
                              "colour":{"type":"string","oneOf":[{"const":"r","title":"Red"},
                                                                 {"const":"g","title":"Green"}]}
                            },"required":["name"]}\
                            """));
    static final ElicitForm MULTI_FORM =
            new ElicitForm(
                    "Which?",
                    Json.parseObject(
                            """
                            {"type":"object","properties":{
                              "some":{"type":"array","items":{"type":"string","enum":["a","b"]}},
                              "titled":{"type":"array","minItems":1,
                                "items":{"anyOf":[{"const":"a","title":"A"}]}}}}\
                            """));
    static final ElicitForm SMALL_FORM = new ElicitForm("Sure?", JsonObject.EMPTY);
    static final ElicitUrl PAGE = new ElicitUrl("Please open", "https://example.com/x", "e-1");
    static final List<SamplingContent> ALL_SAMPLING =
            List.of(
                    TEXT,
                    IMAGE,
                    AUDIO,
                    new ToolUseContent("c1", "get_weather", JsonObject.of("city", "Paris"), META),
                    new ToolResultContent("c1", ALL_CONTENT, JsonValue.of(List.of(1)), true, META));
    static final CreateMessage SAMPLING =
            new CreateMessage(
                    List.of(
                            SamplingMessage.user("hi"),
                            new SamplingMessage(Role.ASSISTANT, ALL_SAMPLING)),
                    100,
                    "Be brief",
                    0.7,
                    List.of("stop"),
                    new ModelPreferences(List.of("claude", "large"), 0.1, 0.2, 1.0),
                    "none",
                    List.of(TOOL, LIST_TOOL),
                    "required",
                    JsonObject.of("k", 1));
    static final CreateMessageResult SAMPLED =
            new CreateMessageResult(Role.ASSISTANT, ALL_SAMPLING, "model-1", "toolUse");
    static final CreateMessageResult SMALL_SAMPLED =
            new CreateMessageResult(Role.ASSISTANT, List.of(TEXT), "m", null);
    static final ElicitResult ACCEPTED =
            ElicitResult.accept(JsonObject.of("name", "Ann", "age", 30, "score", 1.5, "ok", true));

    private Samples() {}

    static List<ServerResult> results(Revision revision) {
        List<ServerResult> results = new ArrayList<>(commonResults());
        switch (revision.era()) {
            case LEGACY -> {
                results.add(new InitializeResult(revision, ALL_OFFERED, FULL_NAME, "Use it"));
                results.add(new InitializeResult(revision, NOTHING_OFFERED, SHORT_NAME, null));
            }
            case MODERN -> {
                results.add(
                        new DiscoverResult(List.of("2026-07-28"), ALL_OFFERED, "Use it", CACHE));
                results.add(new DiscoverResult(List.of(), NOTHING_OFFERED, null, CacheHint.NONE));
                results.add(
                        new InputRequired(
                                Map.of(
                                        "form", FORM,
                                        "multi", MULTI_FORM,
                                        "page", PAGE,
                                        "model", SAMPLING,
                                        "small", CreateMessage.of("hi", 1),
                                        "roots", new ListRoots()),
                                "state"));
                results.add(new InputRequired(Map.of(), ""));
                results.add(new ListenEnded(JsonNumber.of(7)));
                results.add(new ListenEnded(new JsonString("7")));
            }
        }
        return results;
    }

    private static List<ServerResult> commonResults() {
        return List.of(
                new CallToolResult(ALL_CONTENT, JsonObject.of("degrees", 20.5), true, META),
                new CallToolResult(List.of(), JsonArray.of("a", 1, null), false, JsonObject.EMPTY),
                new CallToolResult(List.of(), JsonValue.of(null), false, JsonObject.EMPTY),
                new CallToolResult(List.of(), null, false, JsonObject.EMPTY),
                new GetPromptResult(
                        "filled",
                        ALL_CONTENT.stream().map(it -> new PromptMessage(Role.USER, it)).toList(),
                        META),
                GetPromptResult.of(),
                new ReadResourceResult(List.of(TEXT_CONTENTS, BLOB_CONTENTS), CACHE, META),
                ReadResourceResult.of(),
                new Page.Tools(List.of(TOOL, SMALL_TOOL, LIST_TOOL), "", CACHE),
                new Page.Tools(List.of(), null, CacheHint.NONE),
                new Page.Prompts(List.of(PROMPT, SMALL_PROMPT), "next", CACHE),
                new Page.Prompts(List.of(), null, CacheHint.NONE),
                new Page.Resources(
                        List.of(RESOURCE, Resource.of("file:///x", "x", null)), "next", CACHE),
                new Page.Resources(List.of(), null, CacheHint.NONE),
                new Page.ResourceTemplates(
                        List.of(TEMPLATE, ResourceTemplate.of("file:///{x}", "x", null)),
                        "next",
                        CACHE),
                new Page.ResourceTemplates(List.of(), null, CacheHint.NONE),
                new Completion(List.of("a", "b"), 300, true),
                new Completion(List.of(), null, false),
                Empty.RESULT);
    }

    static List<ServerNotification> notifications() {
        ProgressToken token = new ProgressToken(JsonNumber.of(3));
        return List.of(
                new ServerNotification.Progress(token, 0.5, 1.0, "half"),
                new ServerNotification.Progress(
                        new ProgressToken(new JsonString("t")), 1, null, null),
                new ServerNotification.Log(LogLevel.WARNING, "db", JsonObject.of("a", 1)),
                new ServerNotification.Log(LogLevel.EMERGENCY, null, JsonValue.of(null)),
                new ServerNotification.ToolListChanged(),
                new ServerNotification.PromptListChanged(),
                new ServerNotification.ResourceListChanged(),
                new ServerNotification.ResourceUpdated("file:///a"),
                new ServerNotification.ElicitationComplete("e-1"),
                new ServerNotification.SubscriptionsAcknowledged(
                        new ListenFilter(true, true, true, Set.of("file:///a"))),
                new ServerNotification.SubscriptionsAcknowledged(ListenFilter.NONE));
    }

    static List<InputRequest> questions() {
        return List.of(
                FORM, SMALL_FORM, PAGE, SAMPLING, CreateMessage.of("hi", 1), new ListRoots());
    }

    /** Answers with the question that they answer. */
    static Map<InputResponse, InputRequest> answers() {
        return Map.of(
                ACCEPTED,
                FORM,
                ElicitResult.accept(JsonObject.of("some", List.of("a"))),
                MULTI_FORM,
                ElicitResult.decline(),
                FORM,
                ElicitResult.cancel(),
                FORM,
                SAMPLED,
                SAMPLING,
                SMALL_SAMPLED,
                SAMPLING,
                new ListRootsResult(
                        List.of(new Root("file:///a", "A"), new Root("file:///b", null))),
                new ListRoots(),
                new ListRootsResult(List.of()),
                new ListRoots());
    }

    static List<ClientRequest> requests(Revision revision) {
        List<ClientRequest> requests = new ArrayList<>(commonRequests());
        switch (revision.era()) {
            case LEGACY ->
                    requests.addAll(
                            List.of(
                                    new ClientRequest.Initialize(
                                            revision.text(), ALL_CLIENT, FULL_NAME),
                                    new ClientRequest.Initialize(
                                            revision.text(), ClientCapabilities.NONE, SHORT_NAME),
                                    new ClientRequest.Ping(),
                                    new ClientRequest.SetLevel(LogLevel.DEBUG),
                                    new ClientRequest.Subscribe("file:///a"),
                                    new ClientRequest.Unsubscribe("file:///a")));
            case MODERN ->
                    requests.addAll(
                            List.of(
                                    new ClientRequest.Discover(),
                                    new ClientRequest.Listen(
                                            new ListenFilter(
                                                    true, false, true, Set.of("file:///a"))),
                                    new ClientRequest.Listen(ListenFilter.NONE)));
        }
        return requests;
    }

    private static List<ClientRequest> commonRequests() {
        return List.of(
                new ClientRequest.ListTools(null),
                new ClientRequest.ListTools(""),
                new ClientRequest.ListPrompts("c"),
                new ClientRequest.ListResources("c"),
                new ClientRequest.ListResourceTemplates("c"),
                new ClientRequest.CallTool(
                        "get_weather", JsonSlice.of(JsonObject.of("city", "Paris", "n", null))),
                new ClientRequest.CallTool("now", JsonSlice.EMPTY_OBJECT),
                new ClientRequest.GetPrompt("review", Map.of("code", "x = 1")),
                new ClientRequest.GetPrompt("p", Map.of()),
                new ClientRequest.ReadResource("file:///a"),
                new ClientRequest.Complete(
                        new CompletionRef.PromptRef("review"), "style", "f", Map.of("code", "x")),
                new ClientRequest.Complete(
                        new CompletionRef.ResourceRef("file:///{path}"), "path", "", Map.of()));
    }

    /** What a client of this revision puts into {@code _meta}, at most and at least. */
    static List<RequestMeta> metas(Revision revision) {
        ProgressToken token = new ProgressToken(new JsonString("t-1"));
        JsonObject extra =
                JsonObject.of(
                        "traceparent", "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01");
        return switch (revision.era()) {
            case LEGACY ->
                    List.of(
                            RequestMeta.NONE,
                            new RequestMeta(null, null, null, null, token, extra));
            case MODERN ->
                    List.of(
                            RequestMeta.NONE,
                            new RequestMeta(
                                    revision.text(),
                                    ALL_CLIENT,
                                    FULL_NAME,
                                    LogLevel.INFO,
                                    token,
                                    extra));
        };
    }
}
