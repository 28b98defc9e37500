package io.erlmcp.session;

import io.erlmcp.dispatch.Exchange;
import io.erlmcp.dispatch.Intake;
import io.erlmcp.dispatch.MethodTable;
import io.erlmcp.dispatch.PeerCapabilities;
import io.erlmcp.dispatch.TaskMethods;
import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.DiscoverResult;
import io.erlmcp.protocol.Empty;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.protocol.TaskStatus;
import io.erlmcp.runtime.Time;
import io.erlmcp.security.Principal;
import io.erlmcp.task.TaskView;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The methods that are about the conversation itself, a table line each. */
public final class SessionMethods {
    /** What a server says of itself. */
    public record About(
            Implementation serverInfo,
            @Nullable String instructions,
            Supplier<ServerCapabilities> capabilities) {}

    private static final Set<String> CHANGES =
            Set.of("logging/setLevel", "resources/subscribe", "resources/unsubscribe");

    private final About about;
    private final TaskMethods tasks;
    private final Time time;
    private final SessionLimits limits;
    private @Nullable ServerEndpoint endpoint;

    public SessionMethods(About about, TaskMethods tasks, Time time, SessionLimits limits) {
        this.tasks = tasks;
        this.about = about;
        this.time = time;
        this.limits = limits;
    }

    /**
     * The endpoint and the tables need each other; the server introduces them before the first
     * request.
     */
    public void serve(ServerEndpoint endpoint) {
        this.endpoint = endpoint;
    }

    /** True for the methods of an open session that wait until the store has what they change. */
    static boolean changesTheSession(String method) {
        return CHANGES.contains(method);
    }

    About about() {
        return about;
    }

    /** Adds the lines of the legacy era; {@code initialize} is the handshake's. */
    public MethodTable.Builder addLegacy(MethodTable.Builder table) {
        return table.inline("initialize", ClientRequest.Initialize.class, this::initialize)
                .inline("ping", ClientRequest.Ping.class, (r, x) -> Empty.RESULT)
                .inline("logging/setLevel", ClientRequest.SetLevel.class, this::setLevel)
                .inline("resources/subscribe", ClientRequest.Subscribe.class, this::subscribe)
                .inline(
                        "resources/unsubscribe",
                        ClientRequest.Unsubscribe.class,
                        this::unsubscribe);
    }

    /** Adds the lines of the modern era. */
    public MethodTable.Builder addModern(MethodTable.Builder table) {
        return table.inline("server/discover", ClientRequest.Discover.class, (r, x) -> discover())
                .inline("subscriptions/listen", ClientRequest.Listen.class, this::listen);
    }

    private ServerResult initialize(ClientRequest.Initialize request, Exchange exchange) {
        if (exchange.caller() instanceof LegacyHandshake handshake) {
            checkKept(exchange);
            return handshake.initialize(request, about);
        }
        throw new McpException(ErrorCode.INVALID_REQUEST, "This session was initialized before");
    }

    private DiscoverResult discover() {
        return new DiscoverResult(
                Revision.of(Era.MODERN).stream().map(Revision::text).toList(),
                about.capabilities().get(),
                about.instructions(),
                CacheHint.NONE);
    }

    private Empty setLevel(ClientRequest.SetLevel request, Exchange exchange) {
        LegacySession session = session(exchange);
        hub().sessions()
                .change(
                        session,
                        it -> it.withLogLevel(request.level(), time.now()),
                        hub().audience()::follow);
        return Empty.RESULT;
    }

    private Empty subscribe(ClientRequest.Subscribe request, Exchange exchange) {
        LegacySession session = session(exchange);
        ResourceFilter filter = filter(request.uri(), exchange);
        hub().setup().intake().admit(Intake.Kind.SUBSCRIPTION, 0);
        hub().audience().checkRoom(Set.of(filter));
        hub().sessions()
                .change(
                        session,
                        it -> withSubscription(it, filter.text()),
                        hub().audience()::follow);
        return Empty.RESULT;
    }

    /** What a subscription covers, as its text and the request's {@code _meta} say. */
    private ResourceFilter filter(String text, Exchange exchange) {
        checkUri(text);
        JsonValue match = exchange.meta().raw().get(ResourceFilter.META_KEY);
        return switch (match) {
            case null -> ResourceFilter.of(text, null);
            case JsonString kind -> ResourceFilter.of(text, kind.value());
            default -> ResourceFilter.of(text, match.toJson());
        };
    }

    private SessionRecord withSubscription(SessionRecord record, String filter) {
        Set<String> uris = new LinkedHashSet<>(record.subscriptions());
        uris.add(filter);
        if (uris.size() > limits.maxSubscriptions()) {
            throw McpException.invalidParams(
                    "too many subscriptions: the limit is " + limits.maxSubscriptions());
        }
        return record.withSubscriptions(uris, time.now());
    }

    private void checkUri(String uri) {
        if (uri.length() > limits.kept().maxUriChars()) {
            throw McpException.invalidParams(
                    "a URI to subscribe to has at most "
                            + limits.kept().maxUriChars()
                            + " characters, got "
                            + uri.length());
        }
    }

    private void checkKept(Exchange exchange) {
        int bytes = exchange.envelope().root().length();
        if (bytes > limits.kept().maxMessageBytes()) {
            throw McpException.invalidParams(
                    exchange.method()
                            + " has at most "
                            + limits.kept().maxMessageBytes()
                            + " bytes, got "
                            + bytes);
        }
    }

    private Empty unsubscribe(ClientRequest.Unsubscribe request, Exchange exchange) {
        LegacySession session = session(exchange);
        ResourceFilter filter = filter(request.uri(), exchange);
        hub().sessions()
                .change(
                        session,
                        it -> withoutSubscription(it, filter.text()),
                        hub().audience()::follow);
        return Empty.RESULT;
    }

    private SessionRecord withoutSubscription(SessionRecord record, String filter) {
        Set<String> uris = new LinkedHashSet<>(record.subscriptions());
        uris.remove(filter);
        return record.withSubscriptions(uris, time.now());
    }

    private @Nullable ServerResult listen(ClientRequest.Listen request, Exchange exchange) {
        checkKept(exchange);
        hub().audience().admitStream();
        ListenFilter wanted = request.filter();
        if (wanted.resourceSubscriptions().size() > limits.maxSubscriptions()) {
            throw McpException.invalidParams(
                    "too many resourceSubscriptions: the limit is "
                            + limits.maxSubscriptions()
                            + ", got "
                            + wanted.resourceSubscriptions().size());
        }
        ServerCapabilities has = about.capabilities().get();
        Set<String> taskIds = taskIds(wanted.taskIds(), exchange);
        ListenFilter honoured =
                new ListenFilter(
                        wanted.toolsListChanged() && has.tools(),
                        wanted.promptsListChanged() && has.prompts(),
                        wanted.resourcesListChanged() && has.resources(),
                        has.resourceSubscriptions() ? wanted.resourceSubscriptions() : Set.of(),
                        taskIds);
        if (!honoured.resourceSubscriptions().isEmpty()) {
            hub().setup().intake().admit(Intake.Kind.SUBSCRIPTION, 0);
        }
        Set<ResourceFilter> filters = new LinkedHashSet<>();
        honoured.resourceSubscriptions().forEach(text -> filters.add(filter(text, exchange)));
        ListenStream stream = new ListenStream(exchange, honoured, Set.copyOf(filters));
        Audience audience = hub().audience();
        audience.join(stream);
        exchange.detach();
        exchange.onEnd(() -> audience.leave(stream));
        stream.acknowledge();
        if (!taskIds.isEmpty()) {
            Principal caller = exchange.caller().principal();
            hub().aside("tell of tasks", () -> tellOfTasks(stream, taskIds, caller));
        }
        return null;
    }

    /** Those of the wanted tasks that the caller may hear of. */
    private Set<String> taskIds(Set<String> wanted, Exchange exchange) {
        if (wanted.isEmpty()) {
            return wanted;
        }
        PeerCapabilities.requireTasks(exchange.caller().peer());
        if (wanted.size() > limits.maxSubscriptions()) {
            throw McpException.invalidParams(
                    "too many taskIds: the limit is "
                            + limits.maxSubscriptions()
                            + ", got "
                            + wanted.size());
        }
        Principal caller = exchange.caller().principal();
        Set<String> visible = new LinkedHashSet<>(wanted);
        visible.removeIf(id -> !tasks.isVisible(id, caller));
        return visible;
    }

    /** What ended, or asks, before anybody listened would not be heard of otherwise. */
    private void tellOfTasks(ListenStream stream, Set<String> taskIds, Principal caller) {
        for (String id : taskIds) {
            TaskView view = tasks.find(id, caller);
            if (view != null && view.task().status() != TaskStatus.WORKING) {
                stream.tell(
                        new Notice(new ServerNotification.TaskChanged(TaskMethods.detailed(view))));
            }
        }
    }

    private LegacySession session(Exchange exchange) {
        if (exchange.caller() instanceof LegacySession session) {
            return session;
        }
        throw new IllegalStateException(exchange.method() + " needs a session");
    }

    private ServerEndpoint hub() {
        ServerEndpoint known = endpoint;
        if (known == null) {
            throw new IllegalStateException("no endpoint yet");
        }
        return known;
    }
}
