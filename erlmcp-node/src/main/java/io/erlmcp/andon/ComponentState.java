package io.erlmcp.andon;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.observability.ComponentId;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * What a component leaves to its next run.
 *
 * @param saved when
 * @param sessions as text that only the component reads; may hold secrets
 * @param subscriptions URIs and whatever else it had subscribed to
 * @param pending requests that it had taken and not answered
 * @param own whatever else it keeps, as text that only the component reads; may hold secrets
 */
public record ComponentState(
        ComponentId component,
        Instant saved,
        List<String> sessions,
        List<String> subscriptions,
        List<PendingRequest> pending,
        String own) {
    /**
     * A request that was taken and not answered.
     *
     * @param id the component's own
     * @param isStarted true once its code ran: then it may not run again
     * @param message as JSON
     */
    public record PendingRequest(String id, boolean isStarted, String message) {}

    public ComponentState {
        sessions = List.copyOf(sessions);
        subscriptions = List.copyOf(subscriptions);
        pending = List.copyOf(pending);
    }

    /** Nothing but sessions, subscriptions and pending requests. */
    public ComponentState(
            ComponentId component,
            Instant saved,
            List<String> sessions,
            List<String> subscriptions,
            List<PendingRequest> pending) {
        this(component, saved, sessions, subscriptions, pending, "");
    }

    /** Nothing but text of the component's own. */
    public static ComponentState of(ComponentId component, Instant saved, String own) {
        return new ComponentState(component, saved, List.of(), List.of(), List.of(), own);
    }

    /** The requests that may run again: they were taken, but never started. */
    public List<PendingRequest> repeatable() {
        return pending.stream().filter(it -> !it.isStarted()).toList();
    }

    /** The requests that must not run again: whoever asked is told that they were interrupted. */
    public List<PendingRequest> interrupted() {
        return pending.stream().filter(PendingRequest::isStarted).toList();
    }

    /** Without what may be secret. */
    @Override
    public String toString() {
        return "ComponentState["
                + component
                + ", "
                + sessions.size()
                + " sessions, "
                + subscriptions.size()
                + " subscriptions, "
                + pending.size()
                + " pending, "
                + own.length()
                + " characters]";
    }

    ComponentState withPending(List<PendingRequest> requests) {
        return new ComponentState(component, saved, sessions, subscriptions, requests, own);
    }

    JsonObject json() {
        return JsonObject.builder()
                .put("component", component.path())
                .put("saved", saved.toString())
                .put("sessions", JsonArray.of(sessions.toArray()))
                .put("subscriptions", JsonArray.of(subscriptions.toArray()))
                .put(
                        "pending",
                        JsonArray.of(
                                pending.stream()
                                        .map(
                                                it ->
                                                        JsonObject.of(
                                                                "id",
                                                                it.id(),
                                                                "started",
                                                                it.isStarted(),
                                                                "message",
                                                                it.message()))
                                        .toArray()))
                .put("own", own)
                .build();
    }

    /**
     * @throws WholeFile.Damaged when this is no state, whatever its checksum says
     */
    static ComponentState of(JsonObject json) throws WholeFile.Damaged {
        try {
            List<PendingRequest> pending = new ArrayList<>();
            for (JsonValue each : json.requireArray("pending")) {
                JsonObject request = (JsonObject) each;
                pending.add(
                        new PendingRequest(
                                request.requireString("id"),
                                request.requireBool("started"),
                                request.requireString("message")));
            }
            return new ComponentState(
                    new ComponentId(json.requireString("component")),
                    Instant.parse(json.requireString("saved")),
                    texts(json.requireArray("sessions")),
                    texts(json.requireArray("subscriptions")),
                    pending,
                    json.string("own").orElse(""));
        } catch (JsonException
                | IllegalArgumentException
                | DateTimeException
                | ClassCastException e) {
            throw new WholeFile.Damaged("a component's state: " + e.getMessage(), e);
        }
    }

    private static List<String> texts(JsonArray array) {
        List<String> texts = new ArrayList<>();
        for (JsonValue each : array) {
            texts.add(((JsonString) each).value());
        }
        return texts;
    }
}
