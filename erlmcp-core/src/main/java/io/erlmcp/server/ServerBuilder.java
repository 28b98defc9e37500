package io.erlmcp.server;

import io.erlmcp.feature.AnnotatedFeatures;
import io.erlmcp.feature.Feature;
import io.erlmcp.feature.Interceptor;
import io.erlmcp.feature.KeyValueStore;
import io.erlmcp.feature.MemoryKeyValueStore;
import io.erlmcp.feature.Priority;
import io.erlmcp.feature.ToolHandler;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.resilience.Brake;
import io.erlmcp.resilience.CallGate;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Authenticator;
import io.erlmcp.security.SealedStates;
import io.erlmcp.session.EventLogs;
import io.erlmcp.session.MemorySessionStore;
import io.erlmcp.session.SessionStore;
import io.erlmcp.task.MemoryTaskStore;
import io.erlmcp.task.TaskStore;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The description of a server; each method adds to it, {@link #build} makes the server. Not
 * thread-safe.
 */
public final class ServerBuilder {
    private final String name;
    private final String version;
    private @Nullable String title;
    private @Nullable String description;
    private @Nullable String websiteUrl;
    private @Nullable String instructions;
    private List<Icon> icons = List.of();
    private final List<Feature> features = new ArrayList<>();
    private final List<Interceptor> interceptors = new ArrayList<>();
    private final List<Observer> observers = new ArrayList<>();
    private Authenticator authenticator = Authenticator.ANONYMOUS;
    private final List<CallGate> gates = new ArrayList<>();
    private final Map<String, Priority> priorities = new HashMap<>();
    private Brake brake = new Brake();
    private ServerLimits limits = ServerLimits.DEFAULTS;
    private Time time = Time.system();
    private KeyValueStore store = new MemoryKeyValueStore();
    private @Nullable SealedStates seals;
    private SessionStore sessions = new MemorySessionStore();
    private @Nullable EventLogs events;
    private TaskStore tasks = new MemoryTaskStore();

    ServerBuilder(String name, String version) {
        this.name = name;
        this.version = version;
    }

    /** The server's name as people should read it. */
    public ServerBuilder title(String title) {
        this.title = title;
        return this;
    }

    public ServerBuilder description(String description) {
        this.description = description;
        return this;
    }

    public ServerBuilder websiteUrl(String websiteUrl) {
        this.websiteUrl = websiteUrl;
        return this;
    }

    public ServerBuilder icons(Icon... icons) {
        this.icons = List.of(icons);
        return this;
    }

    /** What a model should know about using this server. */
    public ServerBuilder instructions(String instructions) {
        this.instructions = instructions;
        return this;
    }

    /** Adds what the annotated methods of {@code beans} offer. */
    public ServerBuilder annotated(Object... beans) {
        for (Object bean : beans) {
            features.addAll(AnnotatedFeatures.of(bean));
        }
        return this;
    }

    /** Adds tools, prompts, resources, templates or completions. */
    public ServerBuilder add(Feature... more) {
        features.addAll(List.of(more));
        return this;
    }

    /** Adds features from a collection. */
    public ServerBuilder addAll(Iterable<? extends Feature> more) {
        more.forEach(features::add);
        return this;
    }

    /** Adds a tool without arguments or schemas of its own. */
    public ServerBuilder tool(String name, String description, ToolHandler handler) {
        return add(ToolSpec.of(name, handler).description(description));
    }

    /** Wraps every tool call; the first one added is outermost. */
    public ServerBuilder interceptor(Interceptor interceptor) {
        interceptors.add(interceptor);
        return this;
    }

    /** Adds somebody who hears of events. */
    public ServerBuilder observer(Observer observer) {
        observers.add(observer);
        return this;
    }

    public ServerBuilder authenticator(Authenticator authenticator) {
        this.authenticator = authenticator;
        return this;
    }

    /** Adds somebody who is asked before every request whether it may go on. */
    public ServerBuilder gate(CallGate gate) {
        gates.add(gate);
        return this;
    }

    /**
     * Says how much calls of a tool, or requests of a method, matter when not all can be served;
     * wins over what the tool says of itself.
     *
     * @param name of a tool, or of a method such as {@code resources/read}
     */
    public ServerBuilder priority(String name, Priority priority) {
        priorities.put(name, priority);
        return this;
    }

    /** Whoever holds this decides what the server holds back. */
    public ServerBuilder brake(Brake brake) {
        this.brake = brake;
        return this;
    }

    public ServerBuilder limits(ServerLimits limits) {
        this.limits = limits;
        return this;
    }

    public ServerBuilder time(Time time) {
        this.time = time;
        return this;
    }

    /** Where tools keep small state; in memory unless this says otherwise. */
    public ServerBuilder store(KeyValueStore store) {
        this.store = store;
        return this;
    }

    /**
     * Where sessions of the legacy era over HTTP are kept, and the events of their streams; in
     * memory unless this says otherwise. They belong together: who forgets a session forgets its
     * events.
     */
    public ServerBuilder sessions(SessionStore sessions, EventLogs events) {
        this.sessions = sessions;
        this.events = events;
        return this;
    }

    /** Where tasks are kept; in memory unless this says otherwise. */
    public ServerBuilder tasks(TaskStore tasks) {
        this.tasks = tasks;
        return this;
    }

    /**
     * The keys that seal what clients keep for the server between rounds of questions: 32 bytes
     * each, the current one first. Without keys there is a random one, and states end with this
     * server.
     */
    public ServerBuilder stateKeys(List<byte[]> keys) {
        this.seals = new SealedStates(keys, new SecureRandom());
        return this;
    }

    /** Makes the server; it serves whatever transports are given its endpoint. */
    public McpServer build() {
        return new McpServer(this);
    }

    Implementation implementation() {
        return new Implementation(name, title, version, description, websiteUrl, icons);
    }

    @Nullable String instructions() {
        return instructions;
    }

    List<Feature> features() {
        return features;
    }

    List<Interceptor> interceptors() {
        return interceptors;
    }

    Observer observer() {
        return Observer.of(observers);
    }

    Authenticator authenticator() {
        return authenticator;
    }

    CallGate gate() {
        return CallGate.of(gates);
    }

    Map<String, Priority> priorities() {
        return priorities;
    }

    Brake brake() {
        return brake;
    }

    ServerLimits limits() {
        return limits;
    }

    Time time() {
        return time;
    }

    KeyValueStore store() {
        return store;
    }

    SessionStore sessions() {
        return sessions;
    }

    EventLogs events() {
        EventLogs given = events;
        return given != null ? given : EventLogs.inMemory(time.now(), limits.sessions().events());
    }

    TaskStore tasks() {
        return tasks;
    }

    SealedStates seals() {
        SealedStates given = seals;
        return given != null ? given : SealedStates.withRandomKey();
    }
}
