package io.erlmcp.session;

import io.erlmcp.dispatch.Exchange;
import io.erlmcp.dispatch.Quota;
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
    private final Exchange exchange;
    private final ListenFilter filter;
    private final JsonValue subscriptionId;

    /** Changes before the acknowledgement is out; no more of them than the filter names. */
    private final Set<ServerNotification> early = ConcurrentHashMap.newKeySet();

    private volatile boolean acknowledged;
    private volatile boolean ending;

    ListenStream(Exchange exchange, ListenFilter filter) {
        this.exchange = exchange;
        this.filter = filter;
        this.subscriptionId =
                switch (exchange.id()) {
                    case RequestId.Number number -> JsonNumber.of(number.value());
                    case RequestId.Text text -> new JsonString(text.value());
                };
    }

    ListenFilter filter() {
        return filter;
    }

    Quota quota() {
        return exchange.caller().quota();
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

    void tell(ServerNotification notification) {
        boolean wanted =
                switch (notification) {
                    case ServerNotification.ToolListChanged tools -> filter.toolsListChanged();
                    case ServerNotification.PromptListChanged prompts ->
                            filter.promptsListChanged();
                    case ServerNotification.ResourceListChanged resources ->
                            filter.resourcesListChanged();
                    case ServerNotification.ResourceUpdated updated ->
                            filter.resourceSubscriptions().contains(updated.uri());
                    case ServerNotification.TaskChanged changed ->
                            filter.taskIds().contains(changed.task().task().id());
                    case ServerNotification.Progress progress -> false;
                    case ServerNotification.Log log -> false;
                    case ServerNotification.ElicitationComplete complete -> false;
                    case ServerNotification.SubscriptionsAcknowledged acknowledged -> false;
                };
        if (!wanted) {
            return;
        }
        if (acknowledged) {
            send(notification);
            return;
        }
        early.add(notification);
        if (acknowledged) {
            tellEarly(notification);
        }
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
