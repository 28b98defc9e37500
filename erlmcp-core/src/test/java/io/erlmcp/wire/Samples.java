package io.erlmcp.wire;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.DetailedTask;
import io.erlmcp.protocol.DiscoverResult;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.InitializeResult;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.ListRootsResult;
import io.erlmcp.protocol.ListenEnded;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ProgressToken;
import io.erlmcp.protocol.PromptMessage;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.Role;
import io.erlmcp.protocol.Root;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The largest and the smallest instance of everything that is sent. */
final class Samples {
    private Samples() {}

    static List<ServerResult> results(Revision revision) {
        List<ServerResult> results = new ArrayList<>(commonResults());
        switch (revision.era()) {
            case LEGACY -> {
                if (revision == Revision.R2025_11_25) {
                    results.addAll(TaskSamples.results());
                }
                results.add(
                        new InitializeResult(
                                revision, Parts.ALL_OFFERED, Parts.FULL_NAME, "Use it"));
                results.add(
                        new InitializeResult(
                                revision, Parts.NOTHING_OFFERED, Parts.SHORT_NAME, null));
            }
            case MODERN -> {
                results.add(
                        new DiscoverResult(
                                List.of("2026-07-28"), Parts.ALL_OFFERED, "Use it", Parts.CACHE));
                results.add(
                        new DiscoverResult(List.of(), Parts.NOTHING_OFFERED, null, CacheHint.NONE));
                results.add(
                        new InputRequired(
                                Map.of(
                                        "form", Parts.FORM,
                                        "multi", Parts.MULTI_FORM,
                                        "page", Parts.PAGE,
                                        "model", Parts.SAMPLING,
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
                new CallToolResult(
                        Parts.ALL_CONTENT, JsonObject.of("degrees", 20.5), true, Parts.META),
                new CallToolResult(List.of(), JsonArray.of("a", 1, null), false, JsonObject.EMPTY),
                new CallToolResult(List.of(), JsonValue.of(null), false, JsonObject.EMPTY),
                new CallToolResult(List.of(), null, false, JsonObject.EMPTY),
                new GetPromptResult(
                        "filled",
                        Parts.ALL_CONTENT.stream()
                                .map(it -> new PromptMessage(Role.USER, it))
                                .toList(),
                        Parts.META),
                GetPromptResult.of(),
                new ReadResourceResult(
                        List.of(Parts.TEXT_CONTENTS, Parts.BLOB_CONTENTS), Parts.CACHE, Parts.META),
                ReadResourceResult.of(),
                new Page.Tools(
                        List.of(Parts.TOOL, Parts.SMALL_TOOL, Parts.LIST_TOOL), "", Parts.CACHE),
                new Page.Tools(List.of(), null, CacheHint.NONE),
                new Page.Prompts(List.of(Parts.PROMPT, Parts.SMALL_PROMPT), "next", Parts.CACHE),
                new Page.Prompts(List.of(), null, CacheHint.NONE),
                new Page.Resources(
                        List.of(Parts.RESOURCE, Resource.of("file:///x", "x", null)),
                        "next",
                        Parts.CACHE),
                new Page.Resources(List.of(), null, CacheHint.NONE),
                new Page.ResourceTemplates(
                        List.of(Parts.TEMPLATE, ResourceTemplate.of("file:///{x}", "x", null)),
                        "next",
                        Parts.CACHE),
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
                new ServerNotification.SubscriptionsAcknowledged(ListenFilter.NONE),
                new ServerNotification.TaskChanged(DetailedTask.of(TaskSamples.FULL)));
    }

    static List<InputRequest> questions() {
        return List.of(
                Parts.FORM,
                Parts.SMALL_FORM,
                Parts.PAGE,
                Parts.SAMPLING,
                CreateMessage.of("hi", 1),
                new ListRoots());
    }

    /** Answers with the question that they answer. */
    static Map<InputResponse, InputRequest> answers() {
        return Map.of(
                Parts.ACCEPTED,
                Parts.FORM,
                ElicitResult.accept(JsonObject.of("some", List.of("a"))),
                Parts.MULTI_FORM,
                ElicitResult.decline(),
                Parts.FORM,
                ElicitResult.cancel(),
                Parts.FORM,
                Parts.SAMPLED,
                Parts.SAMPLING,
                Parts.SMALL_SAMPLED,
                Parts.SAMPLING,
                new ListRootsResult(
                        List.of(new Root("file:///a", "A"), new Root("file:///b", null))),
                new ListRoots(),
                new ListRootsResult(List.of()),
                new ListRoots());
    }

    static List<ClientRequest> requests(Revision revision) {
        List<ClientRequest> requests = new ArrayList<>(commonRequests());
        if (revision == Revision.R2025_11_25) {
            requests.addAll(TaskSamples.requests());
        }
        switch (revision.era()) {
            case LEGACY ->
                    requests.addAll(
                            List.of(
                                    new ClientRequest.Initialize(
                                            revision.text(), Parts.ALL_CLIENT, Parts.FULL_NAME),
                                    new ClientRequest.Initialize(
                                            revision.text(),
                                            ClientCapabilities.NONE,
                                            Parts.SHORT_NAME),
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
                                    Parts.ALL_CLIENT,
                                    Parts.FULL_NAME,
                                    LogLevel.INFO,
                                    token,
                                    extra));
        };
    }
}
