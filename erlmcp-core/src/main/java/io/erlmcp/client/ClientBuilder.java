package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.Extensions;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.Root;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.ClientTransport;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * Puts a client together. What a handler is given for is declared to the server; what has none is
 * refused. Not for several threads.
 */
public final class ClientBuilder {
    private final ClientTransport transport;
    private Implementation info = Implementation.of("erlmcp-client", "0.1.0");
    private EraChoice era = EraChoice.AUTO;
    private ClientLimits limits = ClientLimits.DEFAULTS;
    private boolean checksResults = true;
    private boolean tasks;
    private Handlers handlers = Handlers.NONE;
    private Listeners listeners = Listeners.NONE;
    private JsonObject extensions = JsonObject.EMPTY;
    private Observer observer = Observer.NONE;
    private Time time = Time.system();

    ClientBuilder(ClientTransport transport) {
        this.transport = transport;
    }

    /** What the client calls itself. */
    public ClientBuilder name(String name, String version) {
        return info(Implementation.of(name, version));
    }

    public ClientBuilder info(Implementation client) {
        info = client;
        return this;
    }

    public ClientBuilder era(EraChoice choice) {
        era = choice;
        return this;
    }

    /** How long a request may take; starts again with each sign of progress. */
    public ClientBuilder timeout(Duration each) {
        Duration most = limits.maxTimeout().compareTo(each) < 0 ? each : limits.maxTimeout();
        limits = limits.withTimeouts(each, most);
        return this;
    }

    /** How long a request may take in all. */
    public ClientBuilder maxTimeout(Duration most) {
        limits = limits.withTimeouts(limits.timeout(), most);
        return this;
    }

    public ClientBuilder limits(ClientLimits all) {
        limits = all;
        return this;
    }

    /** Offers forms. */
    public ClientBuilder onElicit(ElicitHandler handler) {
        handlers = handlers.withForm(handler);
        return this;
    }

    /** Offers to open pages. */
    public ClientBuilder onElicitUrl(ElicitUrlHandler handler) {
        handlers = handlers.withUrl(handler);
        return this;
    }

    /** Offers a model. */
    public ClientBuilder onSample(SampleHandler handler) {
        handlers = handlers.withSample(handler, false);
        return this;
    }

    /** Offers a model that may use tools. */
    public ClientBuilder onSampleWithTools(SampleHandler handler) {
        handlers = handlers.withSample(handler, true);
        return this;
    }

    public ClientBuilder roots(List<Root> roots) {
        List<Root> fixed = List.copyOf(roots);
        return roots(() -> fixed);
    }

    /** Offers roots that may change; {@link McpClient#rootsChanged} tells the server. */
    public ClientBuilder roots(Supplier<List<Root>> roots) {
        handlers = handlers.withRoots(roots);
        return this;
    }

    /**
     * Takes tasks: calls of tools that outlive their requests ({@link McpClient#tasks}), and asks
     * of a legacy server that its questions are answered that way. A call that its server makes a
     * task is waited for like any other.
     */
    public ClientBuilder tasks() {
        tasks = true;
        return this;
    }

    /** Capability extensions, by their ids. */
    public ClientBuilder extensions(JsonObject offered) {
        extensions = offered;
        return this;
    }

    /**
     * Hears progress of calls that have no listener of their own, on the thread that waits for the
     * call.
     */
    public ClientBuilder onProgress(Consumer<ServerNotification.Progress> listener) {
        listeners = listeners.withProgress(listener);
        return this;
    }

    public ClientBuilder onLog(Consumer<ServerNotification.Log> listener) {
        listeners = listeners.withLog(listener);
        return this;
    }

    /** After a time in which changes may have gone unheard each list counts as changed. */
    public ClientBuilder onListChange(Consumer<ListKind> listener) {
        listeners = listeners.withListChange(listener);
        return this;
    }

    /**
     * After a time in which updates may have gone unheard each resource that is subscribed to
     * counts as updated.
     */
    public ClientBuilder onResourceUpdated(Consumer<String> listener) {
        listeners = listeners.withResourceUpdated(listener);
        return this;
    }

    /**
     * Whether structured content is compared with the output schema of its tool, where the client
     * listed the tool; it is unless set otherwise.
     */
    public ClientBuilder checkResults(boolean check) {
        checksResults = check;
        return this;
    }

    /** Hears {@link ClientEvent}s and those of the transport. */
    public ClientBuilder observer(Observer hearer) {
        observer = Observer.of(List.of(hearer));
        return this;
    }

    public ClientBuilder time(Time clock) {
        time = clock;
        return this;
    }

    /** The client, not connected. */
    public McpClient build() {
        JsonObject offered =
                tasks ? extensions.with(Extensions.TASKS, JsonObject.EMPTY) : extensions;
        Identity identity = new Identity(info, handlers.capabilities(offered, tasks));
        ClientConfig config =
                new ClientConfig(
                        identity,
                        era,
                        limits,
                        handlers,
                        listeners,
                        checksResults,
                        tasks,
                        observer,
                        time);
        return new McpClient(new Conversation(transport, config));
    }

    /** The client, connected; closed again where connecting fails. */
    public McpClient connect() {
        McpClient client = build();
        try {
            client.connect();
            return client;
        } catch (RuntimeException e) {
            client.close();
            throw e;
        }
    }
}
