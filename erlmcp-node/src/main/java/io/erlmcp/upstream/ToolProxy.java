package io.erlmcp.upstream;

import io.erlmcp.client.CallOptions;
import io.erlmcp.client.McpClient;
import io.erlmcp.client.QuestionHandler;
import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Priority;
import io.erlmcp.feature.ToolHandler;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.protocol.EmbeddedResource;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ResourceLink;
import io.erlmcp.protocol.Tool;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/** A tool of an upstream server, as the node calls it. */
final class ToolProxy implements ToolHandler {
    /** In the {@code _meta} of an answer that was given before. */
    static final String STALE = "io.erlmcp/stale";

    private static final String RESERVED = "io.modelcontextprotocol/";

    private final Upstream upstream;
    private final Uris uris;
    private final AnswerCache cache;
    private final Observer observer;
    private final String name;
    private final boolean readOnly;
    private final Calls.What what;

    /**
     * @param tool as the server defines it
     * @param priority of its calls here
     */
    ToolProxy(
            Upstream upstream,
            Uris uris,
            AnswerCache cache,
            Observer observer,
            Tool tool,
            Priority priority) {
        this.upstream = upstream;
        this.uris = uris;
        this.cache = cache;
        this.observer = observer;
        this.name = tool.name();
        this.readOnly = Boolean.TRUE.equals(tool.annotations().readOnlyHint());
        this.what =
                new Calls.What(
                        "tools/call " + name, name, tool.annotations().isIdempotent(), priority);
    }

    @Override
    public CallToolResult call(JsonSlice arguments, CallContext context) throws Exception {
        JsonObject object = arguments.object();
        AnswerCache.Key key =
                readOnly ? AnswerCache.key(context.principal().name(), name, object) : null;
        try {
            return upstream.calls()
                    .carry(what, context, (client, options) -> ask(client, options, object, key));
        } catch (McpException e) {
            CallToolResult before = key == null || !isAbsence(e) ? null : stale(key);
            if (before == null) {
                throw e;
            }
            return before;
        }
    }

    /** Runs on the thread of the call, also when its caller was away meanwhile. */
    private CallToolResult ask(
            McpClient client,
            CallOptions options,
            JsonObject arguments,
            AnswerCache.@Nullable Key key) {
        AtomicBoolean asked = new AtomicBoolean();
        QuestionHandler questions = options.onQuestions();
        CallOptions watched =
                questions == null
                        ? options
                        : options.withQuestions(
                                it -> {
                                    asked.set(true);
                                    return questions.answer(it);
                                });
        CallToolResult result = outward(client.call(name, arguments, watched));
        // What somebody answered is part of the answer: it is nobody else's.
        if (key != null && !asked.get()) {
            cache.keep(key, result);
        }
        return result;
    }

    private static boolean isAbsence(McpException e) {
        return e.code() == ErrorCode.UPSTREAM_UNAVAILABLE
                || e.code() == ErrorCode.DEADLINE_EXCEEDED;
    }

    private @Nullable CallToolResult stale(AnswerCache.Key key) {
        AnswerCache.Aged known = cache.find(key).orElse(null);
        if (known == null) {
            return null;
        }
        observer.on(new UpstreamEvent.StaleAnswer(upstream.component(), what.label()));
        CallToolResult result = known.result();
        JsonObject mark =
                JsonObject.of(
                        "component",
                        upstream.component().path(),
                        "ageMs",
                        known.ageNanos() / 1_000_000);
        return new CallToolResult(
                result.content(),
                result.structuredContent(),
                result.isError(),
                result.meta().with(STALE, mark));
    }

    /**
     * The result as it goes to the caller: with the URIs of here, without what we say ourselves.
     */
    private CallToolResult outward(CallToolResult result) {
        List<ContentBlock> content = result.content().stream().map(this::outward).toList();
        return new CallToolResult(
                content, result.structuredContent(), result.isError(), own(result.meta()));
    }

    static JsonObject own(JsonObject meta) {
        JsonObject kept = meta;
        for (String key : meta.keys()) {
            if (key.startsWith(RESERVED) || key.startsWith("io.erlmcp/")) {
                kept = kept.without(key);
            }
        }
        return kept;
    }

    private ContentBlock outward(ContentBlock block) {
        return switch (block) {
            case ResourceLink link -> new ResourceLink(uris.outward(link.resource()));
            case EmbeddedResource embedded ->
                    new EmbeddedResource(
                            uris.outward(embedded.resource()),
                            embedded.annotations(),
                            embedded.meta());
            default -> block;
        };
    }
}
