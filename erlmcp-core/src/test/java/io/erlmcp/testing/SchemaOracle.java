package io.erlmcp.testing;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonLimits;
import io.erlmcp.json.JsonNull;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSchema;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.Revision;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Says whether a whole JSON-RPC message is what the official schema of a revision allows. The
 * official schemas are open: they allow members that they do not name. {@link #strict} closes them,
 * so that a member of a later revision is a fault. Thread-safe.
 */
public final class SchemaOracle {
    /** Who wrote a message. */
    public enum Sender {
        CLIENT,
        SERVER
    }

    private static final Set<String> MAY_ASK =
            Set.of("tools/call", "prompts/get", "resources/read");
    private static final Map<Revision, SchemaOracle> OPEN = new ConcurrentHashMap<>();
    private static final Map<Revision, SchemaOracle> STRICT = new ConcurrentHashMap<>();

    private final Revision revision;
    private final JsonObject root;
    private final String definitionsName;
    private final JsonObject definitions;
    private final Map<String, JsonSchema> compiled = new ConcurrentHashMap<>();

    private SchemaOracle(Revision revision, boolean strict) {
        this.revision = revision;
        JsonObject official = OfficialSchemas.of(revision);
        this.root = strict ? OfficialSchemas.closed(official) : official;
        this.definitionsName = root.has("$defs") ? "$defs" : "definitions";
        this.definitions = root.requireObject(definitionsName);
    }

    /** The official schema as it is. */
    public static SchemaOracle of(Revision revision) {
        return OPEN.computeIfAbsent(revision, it -> new SchemaOracle(it, false));
    }

    /** The official schema with what it does not name forbidden. */
    public static SchemaOracle strict(Revision revision) {
        return STRICT.computeIfAbsent(revision, it -> new SchemaOracle(it, true));
    }

    /**
     * What is wrong with a message.
     *
     * @param requestMethod for results: the method that is answered; else not looked at
     * @return nothing if the message is valid
     */
    public List<String> check(Sender sender, JsonValue message, @Nullable String requestMethod) {
        if (message instanceof JsonArray batch) {
            return checkBatch(sender, batch, requestMethod);
        }
        if (!(message instanceof JsonObject object)) {
            return List.of("/: expected object, was " + message.typeName());
        }
        if (object.get("method") instanceof JsonString method) {
            return object.has("id")
                    ? checkCall(sender, "Request", method.value(), object)
                    : checkCall(sender, "Notification", method.value(), object);
        }
        return object.has("error")
                ? checkError(object)
                : checkResult(sender, object, requestMethod);
    }

    /** As {@link #check}, and fails with the message and its faults. */
    public void assertValid(Sender sender, JsonValue message, @Nullable String requestMethod) {
        List<String> faults = check(sender, message, requestMethod);
        if (!faults.isEmpty()) {
            throw new AssertionError(
                    "not valid in "
                            + revision
                            + ": "
                            + message.toJson()
                            + "\n"
                            + String.join("\n", faults));
        }
    }

    /** What is wrong with a value of a type that the schema defines. */
    public List<String> checkType(String definition, JsonValue value) {
        return compiled.computeIfAbsent(definition, this::compile).validate(value);
    }

    public boolean defines(String definition) {
        return definitions.has(definition);
    }

    private JsonSchema compile(String definition) {
        if (!defines(definition)) {
            throw new AssertionError(revision + " defines no " + definition);
        }
        JsonObject schema =
                JsonObject.of(
                        "$schema",
                        root.get("$schema"),
                        "$ref",
                        "#/" + definitionsName + "/" + definition,
                        definitionsName,
                        definitions);
        return JsonSchema.compile(schema);
    }

    private List<String> checkBatch(
            Sender sender, JsonArray batch, @Nullable String requestMethod) {
        if (revision != Revision.R2025_03_26) {
            return List.of("/: " + revision + " has no batches");
        }
        List<String> faults = new ArrayList<>();
        batch.forEach(it -> faults.addAll(check(sender, it, requestMethod)));
        return faults;
    }

    private List<String> checkCall(Sender sender, String kind, String method, JsonObject message) {
        String union = (sender == Sender.CLIENT ? "Client" : "Server") + kind;
        String definition = methods(union).get(method);
        if (definition == null) {
            return List.of("/method: " + revision + " has no " + union + " " + method);
        }
        List<String> faults = new ArrayList<>(checkType("JSONRPC" + kind, message));
        faults.addAll(checkType(definition, message));
        return faults;
    }

    private List<String> checkResult(
            Sender sender, JsonObject message, @Nullable String requestMethod) {
        List<String> faults =
                new ArrayList<>(
                        checkType(
                                defines("JSONRPCResultResponse")
                                        ? "JSONRPCResultResponse"
                                        : "JSONRPCResponse",
                                message));
        JsonValue result = message.get("result");
        if (requestMethod == null || result == null) {
            return faults;
        }
        String requests = sender == Sender.SERVER ? "ClientRequest" : "ServerRequest";
        String request = methods(requests).get(requestMethod);
        if (request == null) {
            faults.add("/: " + revision + " has no " + requests + " " + requestMethod);
            return faults;
        }
        faults.addAll(checkType(resultOf(request, requestMethod, result), result));
        return faults;
    }

    private String resultOf(String request, String method, JsonValue result) {
        boolean asks =
                result instanceof JsonObject object
                        && object.get("resultType") instanceof JsonString type
                        && type.value().equals("input_required");
        if (asks && MAY_ASK.contains(method) && defines("InputRequiredResult")) {
            return "InputRequiredResult";
        }
        String name = request.substring(0, request.length() - "Request".length()) + "Result";
        return defines(name) ? name : "EmptyResult";
    }

    /**
     * An id that could not be read is null or absent on the wire, which only the later schemas
     * allow.
     */
    private List<String> checkError(JsonObject message) {
        boolean isReadable = message.has("id") && !(message.get("id") instanceof JsonNull);
        JsonObject readable = isReadable ? message : message.with("id", "unreadable");
        return checkType(
                defines("JSONRPCErrorResponse") ? "JSONRPCErrorResponse" : "JSONRPCError",
                readable);
    }

    /** The methods of one of the unions that the schema defines, with the names of their types. */
    private Map<String, String> methods(String union) {
        Map<String, String> found = new LinkedHashMap<>();
        JsonObject definition = definitions.object(union).orElse(JsonObject.EMPTY);
        methodOf(definition).ifPresent(method -> found.put(method, union));
        for (JsonValue member : definition.array("anyOf").orElse(JsonArray.EMPTY)) {
            String reference = ((JsonObject) member).requireString("$ref");
            String name = reference.substring(reference.lastIndexOf('/') + 1);
            methodOf(definitions.requireObject(name)).ifPresent(method -> found.put(method, name));
        }
        return found;
    }

    private static Optional<String> methodOf(JsonObject definition) {
        return definition
                .object("properties")
                .flatMap(it -> it.object("method"))
                .flatMap(it -> it.string("const"));
    }

    /** A JSON file among the test resources of {@code schema}. */
    public static JsonObject resource(String path) {
        try (InputStream in = SchemaOracle.class.getResourceAsStream("/schema/" + path)) {
            if (in == null) {
                throw new AssertionError("no resource /schema/" + path);
            }
            return Json.parseObject(in.readAllBytes(), JsonLimits.DEFAULTS);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
