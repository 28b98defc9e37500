package io.erlmcp.client;

import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.feature.ToolFailure;
import io.erlmcp.json.JacksonBinder;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.CreateTaskResult;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.protocol.Tool;
import io.erlmcp.transport.ClientTransport;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A client of one server. Every method blocks until the answer is there; any number of threads,
 * virtual ones best, may call at the same time. Interrupting a calling thread cancels its call
 * ({@link java.util.concurrent.CancellationException}).
 *
 * <p>Calls throw {@link McpException} when the server refuses, {@link McpTimeoutException} when it
 * does not answer in time, {@link InvalidResultException} when a tool gives what it did not
 * promise, and {@link io.erlmcp.transport.TransportException} when it cannot be reached or the
 * outcome is unknown.
 */
public final class McpClient implements AutoCloseable {
    private final Conversation conversation;
    private final Lists lists;
    private final Subscriptions subscriptions;
    private final SessionLog log;
    private final ToolTasks tasks;
    private final Map<String, Subscription> byUri = new ConcurrentHashMap<>();

    McpClient(Conversation conversation) {
        this.conversation = conversation;
        this.lists = new Lists(conversation);
        this.subscriptions = new Subscriptions(conversation);
        this.log = new SessionLog(conversation);
        this.tasks = new ToolTasks(conversation);
        conversation.onNotification(this::notified);
        conversation.onStaleTools(lists::refreshTools);
        conversation.onRenewed(this::renewed);
        conversation.onMissed(this::missed);
    }

    public static ClientBuilder builder(ClientTransport transport) {
        return new ClientBuilder(transport);
    }

    /**
     * Finds out what the server speaks; called once before anything else, and again after a
     * failure.
     */
    public McpClient connect() {
        conversation.connect();
        return this;
    }

    public Phase phase() {
        return conversation.phase();
    }

    /** What the server says it is; nobody may trust it. Empty where it does not say. */
    public Optional<Implementation> serverInfo() {
        return Optional.ofNullable(conversation.server().serverInfo());
    }

    /** What the server offers; empty where a modern server does not tell. */
    public Optional<ServerCapabilities> capabilities() {
        return Optional.ofNullable(conversation.server().capabilities());
    }

    /** The revision in use. */
    public Revision revision() {
        return conversation.server().revision();
    }

    /** How the server wants to be used. */
    public Optional<String> instructions() {
        return Optional.ofNullable(conversation.server().instructions());
    }

    // ---- lists: all pages, from the cache where the server allows it ----

    /** All tools; over HTTP without those whose definitions may not be used there. */
    public List<Tool> tools() {
        return lists.tools();
    }

    public List<Prompt> prompts() {
        return lists.prompts();
    }

    public List<Resource> resources() {
        return lists.resources();
    }

    public List<ResourceTemplate> resourceTemplates() {
        return lists.templates();
    }

    /** Forgets all cached lists and contents. */
    public void forgetLists() {
        lists.forgetAll();
        conversation.reads().forgetAll();
    }

    // ---- calls ----

    public CallToolResult call(String tool, JsonObject arguments) {
        return call(tool, arguments, CallOptions.NONE);
    }

    public CallToolResult call(String tool, JsonObject arguments, CallOptions options) {
        return call(tool, arguments, options, conversation::send);
    }

    CallToolResult call(String tool, JsonObject arguments, CallOptions options, Way way) {
        ClientRequest request =
                new ClientRequest.CallTool(tool, JsonSlice.of(arguments), tasks.wish(tool));
        ServerResult answer = conversation.run(request, options, way);
        CallToolResult result =
                answer instanceof CreateTaskResult created
                        ? tasks.outcome(tool, created, options)
                        : as(CallToolResult.class, answer, "tools/call " + tool);
        conversation.tools().check(tool, result);
        return result;
    }

    /**
     * Calls a tool with a record or map as arguments and reads its structured content, or its text
     * as JSON, as {@code type}.
     *
     * @throws ToolFailure when the tool reports a failure
     */
    public <T> T call(String tool, Object arguments, Class<T> type) {
        if (!(JsonValue.of(arguments) instanceof JsonObject object)) {
            throw new IllegalArgumentException("arguments of " + tool + " must be a JSON object");
        }
        CallToolResult result = call(tool, object);
        String text =
                result.content().stream()
                        .flatMap(
                                block ->
                                        block instanceof TextContent t ? Stream.of(t.text()) : null)
                        .collect(Collectors.joining("\n"));
        if (result.isError()) {
            throw new ToolFailure(text.isEmpty() ? tool + " failed" : text);
        }
        JsonValue structured = result.structuredContent();
        if (structured == null && type == String.class) {
            return type.cast(text);
        }
        JsonValue value = structured == null ? Json.parse(text) : structured;
        return JacksonBinder.shared().read(JsonSlice.of(value), type);
    }

    /** Starts a call that runs while the caller goes on. */
    public Call<CallToolResult> start(String tool, JsonObject arguments) {
        return start(tool, arguments, CallOptions.NONE);
    }

    public Call<CallToolResult> start(String tool, JsonObject arguments, CallOptions options) {
        return Call.start("call " + tool, () -> call(tool, arguments, options));
    }

    /** Calls of tools that outlive their requests, where {@link ClientBuilder#tasks} was called. */
    public ToolTasks tasks() {
        return tasks;
    }

    public GetPromptResult getPrompt(String name, Map<String, String> arguments) {
        return getPrompt(name, arguments, CallOptions.NONE);
    }

    public GetPromptResult getPrompt(
            String name, Map<String, String> arguments, CallOptions options) {
        return getPrompt(name, arguments, options, conversation::send);
    }

    GetPromptResult getPrompt(
            String name, Map<String, String> arguments, CallOptions options, Way way) {
        ClientRequest request = new ClientRequest.GetPrompt(name, arguments);
        ServerResult answer = conversation.run(request, options, way);
        return as(GetPromptResult.class, answer, "prompts/get " + name);
    }

    public ReadResourceResult readResource(String uri) {
        return readResource(uri, CallOptions.NONE);
    }

    /** The contents, from the cache where the server allows it. */
    public ReadResourceResult readResource(String uri, CallOptions options) {
        return readResource(uri, options, conversation::send);
    }

    ReadResourceResult readResource(String uri, CallOptions options, Way way) {
        ReadResourceResult known = conversation.reads().fresh(uri);
        if (known != null) {
            return known;
        }
        ClientRequest request = new ClientRequest.ReadResource(uri);
        ServerResult answer = conversation.run(request, options, way);
        return as(ReadResourceResult.class, answer, "resources/read " + uri);
    }

    public Completion complete(CompletionRef ref, String argument, String value) {
        return complete(ref, argument, value, Map.of());
    }

    /**
     * @param known values of other arguments
     */
    public Completion complete(
            CompletionRef ref, String argument, String value, Map<String, String> known) {
        ClientRequest request = new ClientRequest.Complete(ref, argument, value, known);
        return as(
                Completion.class,
                conversation.run(request, CallOptions.NONE),
                "completion/complete");
    }

    /**
     * Asks whether the server is there. The modern era has no ping; there the server is discovered
     * again.
     */
    public void ping() {
        boolean modern = conversation.server().isModern();
        conversation.run(
                modern ? new ClientRequest.Discover() : new ClientRequest.Ping(), CallOptions.NONE);
    }

    /**
     * From which level on the server sends log messages: for the session in the legacy era; in the
     * modern era each call says so itself ({@link CallOptions#withLog}), and the calls to come say
     * this level.
     */
    public void setLogLevel(LogLevel from) {
        log.from(from);
    }

    /** Tells a legacy server that the roots are not what they were. */
    public void rootsChanged() {
        conversation.notifyServer("notifications/roots/list_changed");
    }

    // ---- several at once ----

    /** Several requests at once, filled by the caller and sent by {@link Batch#send}. */
    public Batch batch() {
        return new Batch(
                this, conversation, conversation.config().limits().timeout().multipliedBy(3));
    }

    /** Fills a batch, sends it, and waits for it. */
    public Batch batch(Consumer<Batch> fill) {
        Batch batch = batch();
        fill.accept(batch);
        return batch.send();
    }

    // ---- subscriptions, the same in both eras ----

    /**
     * Hears of changes; {@code listener} runs on a thread of the client. Returns when the server
     * agreed. After a time in which changes may have gone unheard it is told that all it wants has
     * changed.
     */
    public Subscription subscribe(ListenFilter filter, Consumer<ServerNotification> listener) {
        return subscriptions.open(Wish.of(filter), listener);
    }

    /**
     * Hears of updates of all resources that a filter covers, those to come included: {@link
     * ResourceFilter#ofPrefix} and {@link ResourceFilter#ofTemplate}. Where some may have gone
     * unheard, it hears that the list of resources has changed.
     *
     * @throws McpException -32601 where the server does not offer subscription filters
     */
    public Subscription subscribe(ResourceFilter resources, Consumer<ServerNotification> listener) {
        return subscriptions.open(Wish.of(resources), listener);
    }

    /**
     * Hears of updates of one resource, or where the server has subscription filters of all that a
     * URI template names, at the listener given to {@link ClientBuilder#onResourceUpdated}.
     */
    public void subscribe(String uri) {
        ListenFilter filter = new ListenFilter(false, false, false, Set.of(uri));
        Subscription fresh = subscriptions.open(Wish.of(filter), notification -> {});
        Subscription known = byUri.put(uri, fresh);
        if (known != null) {
            known.close();
        }
    }

    public void unsubscribe(String uri) {
        Subscription known = byUri.remove(uri);
        if (known != null) {
            known.close();
        }
    }

    /** Ends everything: pending calls fail, the session is deleted, a child process is stopped. */
    @Override
    public void close() {
        log.close();
        subscriptions.close();
        conversation.close();
    }

    // ---- what arrives ----

    private void notified(ServerNotification notification) {
        lists.changed(notification);
        conversation.reads().changed(notification);
        subscriptions.notified(notification);
        String what = Listeners.what(notification);
        if (what != null) {
            conversation.tell(what, () -> conversation.config().listeners().tell(notification));
        }
    }

    /** Changes went unheard, though the session goes on; a listen stream tells its own. */
    private void missed() {
        forgetLists();
        if (conversation.isLegacy()) {
            subscriptions.missed();
        }
    }

    private void renewed() {
        forgetLists();
        if (conversation.isLegacy()) {
            subscriptions.listsMissed();
            // what goes wrong with it must not cost the subscriptions
            Notifier.guarded(
                    conversation.config().observer(), "log level of a renewed session", log::renew);
            subscriptions.renew();
        }
    }

    static <T extends ServerResult> T as(Class<T> type, ServerResult result, String what) {
        if (type.isInstance(result)) {
            return type.cast(result);
        }
        throw McpException.invalidParams(
                what
                        + ": the result is a "
                        + result.getClass().getSimpleName()
                        + ", not a "
                        + type.getSimpleName());
    }
}
