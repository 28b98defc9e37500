package io.erlmcp.dispatch;

import io.erlmcp.feature.Peer;
import io.erlmcp.json.Envelope;
import io.erlmcp.json.Json;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonBinder;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonLimits;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.InputRequired;
import io.erlmcp.protocol.InputResponse;
import io.erlmcp.protocol.McpException;
import io.erlmcp.security.Principal;
import io.erlmcp.wire.Wire;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Questions of the modern era (multi-round-trip requests): the handler is stopped at its first
 * question without an answer; the retry runs it again, with the answers so far from the sealed
 * {@code requestState}.
 *
 * <p>The state is bound to the principal and its scopes, the method and the params, expires, and
 * for calls that are not idempotent opens once. Used by the call's thread only.
 */
public final class ReplayQuestions implements Questions {
    private static final Set<String> NOT_BOUND = Set.of("_meta", "inputResponses", "requestState");
    private static final Set<String> ASKING_METHODS =
            Set.of("tools/call", "prompts/get", "resources/read");

    private final StateVault vault;
    private final Envelope request;
    private final String method;
    private final Wire wire;
    private final Principal principal;
    private final Peer peer;
    private final JsonBinder binder;

    private JsonObject answers = JsonObject.EMPTY;
    private JsonObject kept = JsonObject.EMPTY;
    private JsonObject used = JsonObject.EMPTY;
    private Map<String, InputRequest> open = Map.of();
    private byte @Nullable [] context;

    public ReplayQuestions(
            StateVault vault, Envelope request, Wire wire, Caller caller, JsonBinder binder) {
        this.vault = vault;
        this.request = request;
        this.method = String.valueOf(request.method());
        this.wire = wire;
        this.principal = caller.principal();
        this.peer = caller.peer();
        this.binder = binder;
    }

    /**
     * Reads what the client brought back; refuses a state that is not ours, not for this request,
     * or used before.
     */
    void begin(boolean singleUse) {
        JsonObject brought = brought();
        String text = stateText();
        if (text == null) {
            answers = brought;
            return;
        }
        JsonObject state = open(text);
        if (singleUse) {
            useUp(state.requireString("n"));
        }
        used = state.object("a").orElse(JsonObject.EMPTY);
        kept = state.object("o").orElse(JsonObject.EMPTY);
        Set<String> asked = new HashSet<>();
        for (JsonValue key : state.array("q").orElse(JsonArray.of()).values()) {
            if (key instanceof JsonString name) {
                asked.add(name.value());
            }
        }
        JsonObject.Builder all = JsonObject.builder();
        used.members().forEach(all::put);
        brought.members()
                .forEach(
                        (key, value) -> {
                            if (asked.contains(key)) {
                                all.put(key, value);
                            }
                        });
        answers = all.build();
    }

    private JsonObject brought() {
        JsonSlice responses = request.inputResponses();
        if (responses == null) {
            return JsonObject.EMPTY;
        }
        if (responses.value() instanceof JsonObject object) {
            return object;
        }
        throw McpException.invalidParams("inputResponses must be an object of answers by key");
    }

    private @Nullable String stateText() {
        JsonSlice state = request.requestState();
        if (state == null) {
            return null;
        }
        if (state.value() instanceof JsonString text) {
            return text.value();
        }
        throw McpException.invalidParams("requestState must be the string that was sent");
    }

    private JsonObject open(String text) {
        byte[] plain = vault.seals().open(text, context());
        if (plain == null) {
            throw McpException.invalidParams(
                    "requestState is not valid for this request: it was changed, or sent with"
                            + " another caller or params");
        }
        JsonObject state;
        try {
            state = Json.parseObject(plain, JsonLimits.DEFAULTS);
        } catch (JsonException e) {
            throw new IllegalStateException("a state of our own does not parse", e);
        }
        long expires = state.integer("e").orElse(0L);
        if (vault.time().now().toEpochMilli() >= expires) {
            throw McpException.invalidParams(
                    "requestState has expired: states live for " + vault.lifetime());
        }
        return state;
    }

    private void useUp(String nonce) {
        switch (vault.used().use(nonce, vault.lifetime())) {
            case FIRST_USE -> {}
            case USED_BEFORE ->
                    throw McpException.invalidParams(
                            "requestState was used before; a call that is not idempotent continues"
                                    + " once");
            case FULL ->
                    throw new McpException(
                            ErrorCode.OVERLOADED,
                            "too many calls wait for answers: " + StateVault.MAX_USED);
        }
    }

    @Override
    public Map<String, InputResponse> ask(Map<String, InputRequest> questions) {
        if (!ASKING_METHODS.contains(method)) {
            throw new IllegalStateException(method + " cannot ask the client");
        }
        Map<String, InputResponse> read = new LinkedHashMap<>();
        Map<String, InputRequest> unanswered = new LinkedHashMap<>();
        questions.forEach(
                (key, question) -> {
                    JsonValue answer = answers.get(key);
                    if (answer == null) {
                        PeerCapabilities.require(question, peer);
                        unanswered.put(key, question);
                    } else {
                        read.put(key, read(key, question, answer));
                        used = used.with(key, answer);
                    }
                });
        if (unanswered.isEmpty()) {
            return read;
        }
        Map<String, InputRequest> all = new LinkedHashMap<>(open);
        all.putAll(unanswered);
        open = all;
        throw new InputNeeded();
    }

    private InputResponse read(String key, InputRequest question, JsonValue answer) {
        try {
            return wire.readInputResponse(question, answer);
        } catch (McpException e) {
            throw new McpException(
                    e.code(), "inputResponses." + key + ": " + e.getMessage(), e.data());
        }
    }

    @Override
    public <T> T once(String key, Class<T> type, Supplier<T> work) {
        JsonValue before = kept.get(key);
        if (before != null) {
            return binder.read(JsonSlice.of(before), type);
        }
        T value = work.get();
        kept = kept.with(key, binder.toJson(value));
        return value;
    }

    @Override
    public Answered answered() {
        return new Answered(used, kept);
    }

    boolean hasOpenQuestions() {
        return !open.isEmpty();
    }

    /** The answer that asks the open questions. */
    InputRequired inputRequired() {
        JsonArray asked = JsonArray.of(open.keySet().toArray());
        JsonObject state =
                JsonObject.builder()
                        .put("e", vault.time().now().plus(vault.lifetime()).toEpochMilli())
                        .put("n", UUID.randomUUID().toString())
                        .put("q", asked)
                        .put("a", used)
                        .put("o", kept)
                        .build();
        byte[] plain = state.toJson().getBytes(StandardCharsets.UTF_8);
        return new InputRequired(open, vault.seals().seal(plain, context()));
    }

    private byte[] context() {
        byte[] known = context;
        if (known == null) {
            JsonSlice params = request.params();
            JsonObject object =
                    params != null && params.value() instanceof JsonObject it
                            ? it
                            : JsonObject.EMPTY;
            byte[] digest = CanonicalJson.digest(object, NOT_BOUND);
            Object[] scopes = principal.scopes().stream().sorted().toArray();
            byte[] names =
                    JsonArray.of(principal.name(), JsonArray.of(scopes), method)
                            .toJson()
                            .getBytes(StandardCharsets.UTF_8);
            known = new byte[names.length + digest.length];
            System.arraycopy(names, 0, known, 0, names.length);
            System.arraycopy(digest, 0, known, names.length, digest.length);
            context = known;
        }
        return known;
    }
}
