package io.erlmcp.wire;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.Annotations;
import io.erlmcp.protocol.AudioContent;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.CreateMessageResult;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;
import io.erlmcp.protocol.EmbeddedResource;
import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.ImageContent;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.ModelPreferences;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.PromptArgument;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.ResourceLink;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.Role;
import io.erlmcp.protocol.SamplingContent;
import io.erlmcp.protocol.SamplingMessage;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.protocol.Tool;
import io.erlmcp.protocol.ToolAnnotations;
import io.erlmcp.protocol.ToolResultContent;
import io.erlmcp.protocol.ToolUseContent;
import java.time.Duration;
import java.util.List;

/** What messages are made of, with every member that there is. */
final class Parts {
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

    private Parts() {}
}
