package io.erlmcp.server;

import io.erlmcp.dispatch.Dispatcher;
import io.erlmcp.dispatch.FeatureMethods;
import io.erlmcp.dispatch.Intake;
import io.erlmcp.dispatch.MethodTable;
import io.erlmcp.dispatch.RunningCalls;
import io.erlmcp.dispatch.StateVault;
import io.erlmcp.dispatch.TaskMethods;
import io.erlmcp.feature.CompletionSpec;
import io.erlmcp.feature.Completions;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.HeaderParams;
import io.erlmcp.feature.PromptCatalog;
import io.erlmcp.feature.PromptSpec;
import io.erlmcp.feature.ResourceCatalog;
import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.feature.ResourceSpec;
import io.erlmcp.feature.ResourceTemplateSpec;
import io.erlmcp.feature.ToolCatalog;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JacksonBinder;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.runtime.Timers;
import io.erlmcp.session.ServerEndpoint;
import io.erlmcp.session.SessionDesk;
import io.erlmcp.session.SessionMethods;
import io.erlmcp.session.SessionRecord;
import io.erlmcp.task.Tasks;
import io.erlmcp.transport.Endpoint;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/**
 * An MCP server: what it offers, and the endpoint that any number of transports may call. Speaks
 * every revision of both eras.
 *
 * <pre>{@code
 * McpServer server = McpServer.builder("weather", "1.0").annotated(new Weather()).build();
 * StdioTransport.serve(server.endpoint());
 * }</pre>
 *
 * <p>Process model: owns one timer thread; calls run on virtual threads that end with them. {@link
 * #close} ends all.
 */
public final class McpServer implements AutoCloseable {
    private static final String CALL_TOOL = "tools/call";
    private static final long DRAIN_POLL_NANOS = Duration.ofMillis(5).toNanos();

    private static final JsonObject FILTERS =
            JsonObject.of(
                    ResourceFilter.CAPABILITY,
                    JsonObject.of("match", JsonArray.of("exact", "prefix", "template")));

    private final ServerBuilder settings;
    private final ToolCatalog tools;
    private final PromptCatalog prompts;
    private final ResourceCatalog resources;
    private final Completions completions;
    private final Tasks tasks;
    private final Timers timers = new Timers("erlmcp-timers");
    private final Dispatcher dispatcher;
    private final ServerEndpoint endpoint;
    private final Updates updates;

    McpServer(ServerBuilder settings) {
        this.settings = settings;
        ServerLimits limits = settings.limits();
        tools = new ToolCatalog(limits.catalogs(), settings.interceptors());
        prompts = new PromptCatalog(limits.catalogs());
        resources = new ResourceCatalog(limits.catalogs());
        completions = new Completions(limits.catalogs(), prompts, resources);
        FeatureMethods.Catalogs catalogs =
                new FeatureMethods.Catalogs(
                        tools, prompts, resources, completions, settings.store());
        tasks =
                new Tasks(
                        limits.tasks(),
                        settings.tasks(),
                        settings.time(),
                        timers,
                        settings.observer());
        Intake intake = new Intake(settings.brake(), settings.observer());
        TaskMethods taskMethods = new TaskMethods(catalogs, tasks, intake);
        SessionMethods session =
                new SessionMethods(
                        new SessionMethods.About(
                                settings.implementation(),
                                settings.instructions(),
                                this::capabilities),
                        taskMethods,
                        settings.time(),
                        limits.sessions());
        dispatcher =
                dispatcher(
                        new FeatureMethods(
                                catalogs,
                                taskMethods,
                                around(),
                                limits.calls().callTimeout(),
                                limits.tasks().ttl(),
                                settings.priorities()),
                        taskMethods,
                        session);
        endpoint = new ServerEndpoint(endpointSetup(intake));
        session.serve(endpoint);
        updates = new Updates(settings.brake(), timers, endpoint::tell);
        taskMethods.onChange(endpoint::tellOfTask);
        settings.features().forEach(this::add);
        tools.onChange(() -> endpoint.tell(new ServerNotification.ToolListChanged()));
        prompts.onChange(() -> endpoint.tell(new ServerNotification.PromptListChanged()));
        resources.onChange(() -> endpoint.tell(new ServerNotification.ResourceListChanged()));
    }

    private Dispatcher dispatcher(
            FeatureMethods features, TaskMethods tasks, SessionMethods session) {
        MethodTable legacy =
                tasks.addLegacy(session.addLegacy(features.addTo(MethodTable.builder()))).build();
        MethodTable modern =
                tasks.addModern(session.addModern(features.addTo(MethodTable.builder()))).build();
        return new Dispatcher(
                new Dispatcher.Setup(
                        settings.limits().calls(),
                        settings.implementation(),
                        settings.gate(),
                        settings.brake(),
                        settings.time(),
                        timers,
                        settings.observer()),
                era -> era == Era.MODERN ? modern : legacy,
                features::plan);
    }

    private ServerEndpoint.Setup endpointSetup(Intake intake) {
        ServerLimits limits = settings.limits();
        return new ServerEndpoint.Setup(
                dispatcher,
                settings.sessions(),
                settings.events(),
                limits.sessions(),
                limits.calls().maxRunningPerCaller(),
                limits.calls().questionTimeout(),
                StateVault.of(settings.seals(), settings.time(), limits.stateLifetime()),
                JacksonBinder.shared(),
                settings.authenticator(),
                intake,
                this::headerParams,
                settings.time(),
                timers,
                settings.observer());
    }

    /** Starts the description of a server. */
    public static ServerBuilder builder(String name, String version) {
        return new ServerBuilder(name, version);
    }

    private FeatureMethods.Around around() {
        return new FeatureMethods.Around(
                settings.time(), settings.brake(), settings.gate(), settings.observer());
    }

    private void add(Feature feature) {
        switch (feature) {
            case ToolSpec tool -> tools.add(tool);
            case PromptSpec prompt -> prompts.add(prompt);
            case ResourceSpec resource -> resources.add(resource);
            case ResourceTemplateSpec template -> resources.add(template);
            case CompletionSpec completion -> completions.add(completion);
        }
    }

    private HeaderParams headerParams(String tool) {
        return tools.find(tool).map(ToolSpec::headerParams).orElse(HeaderParams.NONE);
    }

    /** What transports call. */
    public Endpoint endpoint() {
        return endpoint;
    }

    /** The tools; may be changed at any time, and clients hear of it. */
    public ToolCatalog tools() {
        return tools;
    }

    /** The prompts, likewise. */
    public PromptCatalog prompts() {
        return prompts;
    }

    /** The resources and resource templates, likewise. */
    public ResourceCatalog resources() {
        return resources;
    }

    /** The completions for arguments of prompts and templates. */
    public Completions completions() {
        return completions;
    }

    /** Tells the clients that subscribed to {@code uri} that it changed. */
    public void resourceUpdated(String uri) {
        updates.tell(uri);
    }

    private ServerCapabilities capabilities() {
        return new ServerCapabilities(
                true, true, true, true, true, true, true, true, FILTERS, FILTERS);
    }

    /** Calls in progress. */
    public int inFlight() {
        return dispatcher.inFlight();
    }

    /**
     * The calls in progress that {@code which} picks by method, and the name of the tool or prompt
     * or the URI of the resource, and the tasks that such calls have left to run.
     */
    public RunningCalls inFlight(BiPredicate<String, @Nullable String> which) {
        RunningCalls calls = dispatcher.inFlight(which);
        // behind the calls: one that becomes a task meanwhile is counted as both, not as neither
        return calls.and(tasks.ages(tool -> which.test(CALL_TOOL, tool)));
    }

    /**
     * Answers the calls that {@code which} picks with -31004 and interrupts them, and fails the
     * tasks that such calls have left to run; new ones are not kept away by this, but by a {@link
     * io.erlmcp.resilience.CallGate}. Where tasks are durable it waits for their store.
     *
     * @param why for the callers
     * @return how many calls and tasks
     */
    public int stopCalls(BiPredicate<String, @Nullable String> which, String why) {
        return dispatcher.stop(which, why) + tasks.stop(tool -> which.test(CALL_TOOL, tool), why);
    }

    /**
     * The calls in progress whose requests came over one of {@code transports}, such as {@code
     * tcp}.
     */
    public RunningCalls inFlight(Set<String> transports) {
        return dispatcher.inFlight(transports);
    }

    /** As the other, for the calls whose requests came over one of {@code transports}. */
    public int stopCalls(Set<String> transports, String why) {
        return dispatcher.stop(transports, why);
    }

    /** Calls that were answered at their deadline, but whose threads go on. */
    public int abandonedCalls() {
        return dispatcher.abandoned();
    }

    /** Calls that wait to be admitted. */
    public int waitingCalls() {
        return dispatcher.waiting();
    }

    /** Tasks whose threads work, or wait for answers. */
    public int runningTasks() {
        return tasks.running();
    }

    /** Tasks that are kept, running and ended. */
    public int keptTasks() {
        return tasks.size();
    }

    /** Open sessions of the legacy era. */
    public int openSessions() {
        return endpoint.openSessions();
    }

    /** The sessions over HTTP, for operators. */
    public SessionDesk sessions() {
        return endpoint.desk();
    }

    /**
     * Runs what an earlier process accepted for durable sessions and did not begin. To be called
     * when all tools are in place; without it that happens when the clients come back.
     */
    public void runAccepted() {
        endpoint.runAccepted();
    }

    /** What the sessions over HTTP are now, to be kept for the next process; ids are secrets. */
    public List<SessionRecord> sessionRecords() {
        return endpoint.records();
    }

    /**
     * Takes on sessions over HTTP that an earlier process left; to be called before a transport
     * brings the first request.
     *
     * @return how many there was room for
     */
    public int restoreSessions(List<SessionRecord> records) {
        return endpoint.restore(records);
    }

    /** Streams that clients hold open to be told of things, of both eras. */
    public int openStreams() {
        return endpoint.openStreams();
    }

    /** Open listen streams of the modern era. */
    public int listenStreams() {
        return endpoint.listenStreams();
    }

    /**
     * Ends listen streams with their result, then waits for calls in progress and for tasks that
     * work; those that wait for their clients are not waited for.
     *
     * @return true when none was left after {@code limit} at the latest
     */
    public boolean drain(Duration limit) {
        endpoint.endStreams();
        long end = settings.time().nanos() + limit.toNanos();
        while (dispatcher.inFlight() > 0 || tasks.working() > 0) {
            if (settings.time().nanos() - end >= 0 || Thread.currentThread().isInterrupted()) {
                return false;
            }
            LockSupport.parkNanos(DRAIN_POLL_NANOS);
        }
        return true;
    }

    /**
     * Ends everything at once: streams with their result, calls with the error -31004 and an
     * interrupt, tasks with the same. What comes later is refused. Calls that wait for their permit
     * and are recorded in a durable store are left to the process that opens it next.
     */
    @Override
    public void close() {
        dispatcher.stop();
        tasks.close();
        endpoint.close();
        timers.close();
    }
}
