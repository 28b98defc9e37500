package io.erlmcp.wire;

import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonBoolean;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonNumber;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;
import io.erlmcp.protocol.InputRequest;

/** Questions to the user, and the answers. */
final class ElicitationCodec {
    private static final String FORM = "form";
    private static final String URL = "url";

    private ElicitationCodec() {}

    static void write(ElicitForm form, Dialect dialect, JsonWriter out) {
        out.beginObject();
        if (dialect.elicitationModes()) {
            out.field("mode", FORM);
        }
        out.field("message", form.message())
                .field("requestedSchema", FormSchemas.of(form.requestedSchema(), dialect))
                .endObject();
    }

    static void write(ElicitUrl page, Dialect dialect, JsonWriter out) {
        out.beginObject()
                .field("mode", URL)
                .field("message", page.message())
                .field(URL, page.url());
        if (!dialect.isModern()) {
            out.field("elicitationId", page.elicitationId());
        }
        out.endObject();
    }

    static InputRequest read(JsonObject params, Dialect dialect) {
        String message = params.requireString("message");
        String mode = dialect.elicitationModes() ? params.string("mode").orElse(FORM) : FORM;
        return switch (mode) {
            case FORM -> new ElicitForm(message, params.requireObject("requestedSchema"));
            case URL ->
                    new ElicitUrl(
                            message,
                            params.requireString(URL),
                            dialect.isModern() ? "" : params.requireString("elicitationId"));
            default ->
                    throw new JsonException(
                            "member 'mode': unknown mode '" + Reads.quote(mode) + "'");
        };
    }

    static void write(ElicitResult result, JsonWriter out) {
        out.beginObject().field("action", text(result.action()));
        if (result.isAccepted()) {
            out.field("content", result.content());
        }
        out.endObject();
    }

    private static String text(ElicitResult.Action action) {
        return switch (action) {
            case ACCEPT -> "accept";
            case DECLINE -> "decline";
            case CANCEL -> "cancel";
        };
    }

    /** The answer to a form; what was accepted must conform to the form. */
    static ElicitResult readAnswer(ElicitForm form, JsonObject answer) {
        if (action(answer) != ElicitResult.Action.ACCEPT) {
            return new ElicitResult(action(answer), JsonObject.EMPTY);
        }
        JsonObject content = answer.requireObject("content");
        content.members().forEach(ElicitationCodec::checkValue);
        FormCheck.check(form.requestedSchema(), content);
        return ElicitResult.accept(content);
    }

    static ElicitResult readAnswer(JsonObject answer) {
        return new ElicitResult(action(answer), JsonObject.EMPTY);
    }

    private static ElicitResult.Action action(JsonObject answer) {
        String action = answer.requireString("action");
        return switch (action) {
            case "accept" -> ElicitResult.Action.ACCEPT;
            case "decline" -> ElicitResult.Action.DECLINE;
            case "cancel" -> ElicitResult.Action.CANCEL;
            default ->
                    throw new JsonException(
                            "member 'action': expected accept, decline or cancel, was '"
                                    + Reads.quote(action)
                                    + "'");
        };
    }

    private static void checkValue(String name, JsonValue value) {
        boolean allowed =
                switch (value) {
                    case JsonString it -> true;
                    case JsonNumber it -> true;
                    case JsonBoolean it -> true;
                    case JsonArray items ->
                            items.values().stream().allMatch(JsonString.class::isInstance);
                    default -> false;
                };
        if (!allowed) {
            throw new JsonException(
                    "member 'content."
                            + Reads.quote(name)
                            + "': expected string, number, boolean or array of strings, was "
                            + value.typeName());
        }
    }
}
