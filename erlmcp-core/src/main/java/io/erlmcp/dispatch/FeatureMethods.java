package io.erlmcp.dispatch;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Completions;
import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.feature.Priority;
import io.erlmcp.feature.PromptCatalog;
import io.erlmcp.feature.ResourceCatalog;
import io.erlmcp.feature.ToolCatalog;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.resilience.Refusal;
import io.erlmcp.runtime.Time;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;

/** The methods that both eras share: what a server's catalogs answer. */
public final class FeatureMethods {
    /** What a server offers, and where its tools keep small state. */
    public record Catalogs(
            ToolCatalog tools,
            PromptCatalog prompts,
            ResourceCatalog resources,
            Completions completions,
            KeyValueStore store) {}

    /** What stands around every call. */
    public record Around(Time time, Brake brake, CallGate gate, Observer observer) {}

    private final Catalogs catalogs;
    private final TaskMethods tasks;
    private final Around around;
    private final Duration taskTtl;
    private final Duration callTimeout;
    private final Map<String, Priority> priorities;

    /**
     * @param taskTtl how long a task is kept, so how long a call may wait for its end
     * @param priorities of tools and methods, where they are not those that the tools say and the
     *     usual one; a method's name has a slash in it
     */
    public FeatureMethods(
            Catalogs catalogs,
            TaskMethods tasks,
            Around around,
            Duration callTimeout,
            Duration taskTtl,
            Map<String, Priority> priorities) {
        this.priorities = Map.copyOf(priorities);
        this.tasks = tasks;
        this.taskTtl = taskTtl;
        this.catalogs = catalogs;
        this.around = around;
        this.callTimeout = callTimeout;
    }

    /** Adds a line for each method. */
    public MethodTable.Builder addTo(MethodTable.Builder table) {
        return table.inline(
                        "tools/list",
                        ClientRequest.ListTools.class,
                        (r, x) -> catalogs.tools().list(r.cursor()))
                .inline(
                        "prompts/list",
                        ClientRequest.ListPrompts.class,
                        (r, x) -> catalogs.prompts().list(r.cursor()))
                .add(
                        "resources/list",
                        ClientRequest.ListResources.class,
                        this::listsInline,
                        this::resources)
                .inline(
                        "resources/templates/list",
                        ClientRequest.ListResourceTemplates.class,
                        this::templates)
                .add("tools/call", ClientRequest.CallTool.class, this::callsInline, this::callTool)
                .worker("prompts/get", ClientRequest.GetPrompt.class, this::getPrompt)
                .worker("resources/read", ClientRequest.ReadResource.class, this::readResource)
                .worker("completion/complete", ClientRequest.Complete.class, this::complete);
    }

    private Page.Resources resources(ClientRequest.ListResources request, Exchange exchange)
            throws Exception {
        return catalogs.resources().list(request.cursor());
    }

    private Page.ResourceTemplates templates(
            ClientRequest.ListResourceTemplates request, Exchange exchange) {
        return catalogs.resources().listTemplates(request.cursor());
    }

    private ServerResult callTool(ClientRequest.CallTool request, Exchange exchange)
            throws Exception {
        return tasks.call(
                request,
                exchange,
                tool(exchange).orElse(null),
                mayBecomeTask ->
                        catalogs.tools()
                                .call(
                                        request.name(),
                                        request.arguments(),
                                        context(exchange, mayBecomeTask)));
    }

    private GetPromptResult getPrompt(ClientRequest.GetPrompt request, Exchange exchange)
            throws Exception {
        return catalogs.prompts().get(request.name(), request.arguments(), context(exchange));
    }

    private ReadResourceResult readResource(ClientRequest.ReadResource request, Exchange exchange)
            throws Exception {
        return catalogs.resources().read(request.uri(), context(exchange));
    }

    /** What is completed stands deeper in the request than where the gate looks for names. */
    private Completion complete(ClientRequest.Complete request, Exchange exchange)
            throws Exception {
        String transport = exchange.reply().transport();
        Refusal refusal =
                switch (request.ref()) {
                    case CompletionRef.PromptRef prompt ->
                            around.gate().check("prompts/get", prompt.name(), transport);
                    case CompletionRef.ResourceRef template ->
                            around.gate().check("resources/read", template.uri(), transport);
                };
        if (refusal != null) {
            throw Admission.refused(refusal);
        }
        return catalogs.completions()
                .complete(
                        request.ref(),
                        request.argument(),
                        request.value(),
                        request.context(),
                        context(exchange));
    }

    private CallContext context(Exchange exchange) {
        return context(exchange, false);
    }

    private CallContext context(Exchange exchange, boolean mayBecomeTask) {
        return new ExchangeContext(exchange, catalogs.store(), around, mayBecomeTask);
    }

    private boolean listsInline(Exchange exchange) {
        return !catalogs.resources().isDynamic();
    }

    private boolean callsInline(Exchange exchange) {
        return tool(exchange).map(ToolSpec::isNonBlocking).orElse(true);
    }

    private Optional<ToolSpec> tool(Exchange exchange) {
        return exchange.tool(catalogs.tools());
    }

    /** Deadline, repeatability and priority; reads are repeatable, tools are when they say so. */
    public CallPlan plan(Exchange exchange) {
        if (exchange.method().equals("tasks/result")) {
            return new CallPlan(taskTtl, true);
        }
        if (!exchange.method().equals("tools/call")) {
            return new CallPlan(callTimeout, true, priority(exchange.method()));
        }
        Optional<ToolSpec> tool = tool(exchange);
        Duration timeout = tool.flatMap(ToolSpec::timeout).orElse(callTimeout);
        boolean repeatable =
                tool.map(spec -> spec.tool().annotations().isIdempotent()).orElse(true);
        Priority said = tool.map(ToolSpec::priority).orElse(Priority.NORMAL);
        String name = exchange.envelope().name();
        return new CallPlan(
                timeout, repeatable, name == null ? said : priorities.getOrDefault(name, said));
    }

    /** Suggestions while somebody types can be missed; all else is worth the same. */
    private Priority priority(String method) {
        Priority usual = method.equals("completion/complete") ? Priority.LOW : Priority.NORMAL;
        return priorities.getOrDefault(method, usual);
    }
}
