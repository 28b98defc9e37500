package io.erlmcp.session;

import io.erlmcp.dispatch.Exchange;
import io.erlmcp.dispatch.Quota;
import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ListenEnded;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcWriter;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * An open {@code subscriptions/listen} request: hears what its filter asks for until the client
 * leaves or we end it.
 */
final class ListenStream {
    /** Most changes that are remembered for a stream whose acknowledgement is on its way. */
    private static final int MAX_EARLY = 1_000;

    private final Exchange exchange;
    private final ListenFilter filter;
    private final Set<ResourceFilter> filters;
    private final JsonValue subscriptionId;

    /** What is the stream's own in each of its messages: the id, and all behind it. */
    private final byte[] end;

    /** Changes before the acknowledgement is out. */
    private final Set<ServerNotification> early = ConcurrentHashMap.newKeySet();

    private volatile boolean acknowledged;
    private volatile boolean ending;

    /**
     * @param filter what of the wish is honoured
     * @param filters its resource subscriptions, read
     */
    ListenStream(Exchange exchange, ListenFilter filter, Set<ResourceFilter> filters) {
        this.exchange = exchange;
        this.filter = filter;
        this.filters = filters;
        this.subscriptionId =
                switch (exchange.id()) {
                    case RequestId.Number number -> JsonNumber.of(number.value());
                    case RequestId.Text text -> new JsonString(text.value());
                };
        this.end = Notice.endFor(subscriptionId);
    }

    ListenFilter filter() {
        return filter;
    }

    Quota quota() {
        return exchange.caller().quota();
    }

    Set<ResourceFilter> filters() {
        return filters;
    }

    void acknowledge() {
        send(new ServerNotification.SubscriptionsAcknowledged(filter));
        acknowledged = true;
        early.forEach(this::tellEarly);
        if (ending) {
            answer();
        }
    }

    /**
     * What happened while the acknowledgement was on its way follows it; each change is told once.
     */
    private void tellEarly(ServerNotification notification) {
        if (early.remove(notification)) {
            send(notification);
        }
    }

    void tell(Notice notice) {
        ServerNotification notification = notice.notification();
        if (!wants(notification)) {
            return;
        }
        if (acknowledged) {
            exchange.reply().share(notice.forStreams(), end);
            return;
        }
        if (early.size() >= MAX_EARLY) {
            // it listens again and reads anew, rather than miss one
            end();
            return;
        }
        early.add(notification);
        if (acknowledged) {
            tellEarly(notification);
        }
    }

    private boolean wants(ServerNotification notification) {
        return switch (notification) {
            case ServerNotification.ToolListChanged tools -> filter.toolsListChanged();
            case ServerNotification.PromptListChanged prompts -> filter.promptsListChanged();
            case ServerNotification.ResourceListChanged resources -> filter.resourcesListChanged();
            // found by what it subscribed to
            case ServerNotification.ResourceUpdated updated -> true;
            case ServerNotification.TaskChanged changed ->
                    filter.taskIds().contains(changed.task().task().id());
            case ServerNotification.Progress progress -> false;
            case ServerNotification.Log log -> false;
            case ServerNotification.ElicitationComplete complete -> false;
            case ServerNotification.SubscriptionsAcknowledged acknowledgement -> false;
        };
    }

    private void send(ServerNotification notification) {
        JsonWriter out = new JsonWriter();
        RpcWriter.notification(
                exchange.wire().method(notification),
                params ->
                        exchange.wire()
                                .writeNotificationParams(notification, subscriptionId, params),
                out);
        try {
            exchange.reply().send(out, false);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Ends the stream with its result, which never comes before the acknowledgement. */
    void end() {
        ending = true;
        if (acknowledged) {
            answer();
        }
    }

    private void answer() {
        exchange.answer(new ListenEnded(subscriptionId));
    }
}
