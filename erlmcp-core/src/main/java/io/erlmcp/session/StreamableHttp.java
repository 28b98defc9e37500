package io.erlmcp.session;

import io.erlmcp.dispatch.Exchange;
import io.erlmcp.dispatch.Quota;
import io.erlmcp.dispatch.ReplayQuestions;
import io.erlmcp.json.Envelope;
import io.erlmcp.json.EnvelopeScanner;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonKind;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonWriter;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.RequestMeta;
import io.erlmcp.protocol.Revision;
import io.erlmcp.rpc.RequestId;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.rpc.RpcMessage;
import io.erlmcp.rpc.RpcReader;
import io.erlmcp.security.Principal;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.transport.PeerEvidence;
import io.erlmcp.wire.Wire;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Streamable HTTP: one path for both eras. A request is modern when its body carries the modern
 * envelope or its {@code MCP-Protocol-Version} header names a modern revision; all else is legacy
 * and belongs to {@link LegacyHttp}.
 *
 * <p>Process model: called on event loops; never blocks.
 */
final class StreamableHttp {
    private static final List<String> JSON = List.of("content-type", "application/json");

    private final ServerEndpoint endpoint;
    private final CallerQuotas quotas;
    private final ModernHeaders headers;
    private final LegacyHttp legacy;

    StreamableHttp(ServerEndpoint endpoint, CallerQuotas quotas) {
        this.endpoint = endpoint;
        this.quotas = quotas;
        this.headers = new ModernHeaders(endpoint.setup().headerParams());
        this.legacy = new LegacyHttp(endpoint, quotas);
    }

    LegacyHttp legacy() {
        return legacy;
    }

    void handle(HttpExchange http) {
        PeerEvidence evidence = http.evidence();
        Principal principal =
                endpoint.setup()
                        .authenticator()
                        .authenticate(
                                evidence.transport(), evidence.remoteAddress(), evidence.headers());
        if (principal == null) {
            endpoint.setup()
                    .observer()
                    .on(
                            new SessionEvent.AuthenticationFailed(
                                    evidence.transport(),
                                    String.valueOf(evidence.remoteAddress())));
            http.respond(401, List.of("www-authenticate", "Bearer"), new byte[0]);
            return;
        }
        try {
            switch (http.method()) {
                case "POST" -> post(http, principal);
                case "GET" -> get(http, principal);
                case "DELETE" -> delete(http, principal);
                default -> http.respond(405, List.of("allow", "POST, GET, DELETE"), new byte[0]);
            }
        } catch (McpException | JsonException problem) {
            refuse(http, null, problem);
        }
    }

    private void get(HttpExchange http, Principal principal) {
        if (namesModern(http.header(ModernHeaders.VERSION))) {
            http.respond(405, List.of("allow", "POST"), new byte[0]);
        } else {
            legacy.get(http, principal);
        }
    }

    private void delete(HttpExchange http, Principal principal) {
        if (namesModern(http.header(ModernHeaders.VERSION))) {
            http.respond(405, List.of("allow", "POST"), new byte[0]);
        } else {
            legacy.delete(http, principal);
        }
    }

    private void post(HttpExchange http, Principal principal) {
        if (!Accepts.isJson(http.header("content-type"))) {
            refuse(http, 415, null, Messages.invalid("Content-Type must be application/json"));
            return;
        }
        Accepts accepts = Accepts.of(http);
        if (!accepts.json() && !accepts.stream()) {
            refuse(
                    http,
                    406,
                    null,
                    Messages.invalid("Accept must list application/json and text/event-stream"));
            return;
        }
        byte[] body = http.body();
        Envelope envelope;
        try {
            envelope = EnvelopeScanner.scan(body, 0, body.length, endpoint.setup().limits().json());
        } catch (JsonException e) {
            refuse(
                    http,
                    null,
                    new McpException(ErrorCode.PARSE_ERROR, "Parse error: " + e.getMessage()));
            return;
        }
        HttpReply reply =
                new HttpReply(http, accepts.stream(), endpoint.setup().limits().writeTimeout());
        if (envelope.isBatch()) {
            batch(http, envelope, principal, reply);
        } else {
            single(http, envelope, principal, reply);
        }
    }

    private void single(
            HttpExchange http, Envelope envelope, Principal principal, HttpReply reply) {
        boolean modern =
                envelope.protocolVersionKind() != JsonKind.ABSENT
                        || namesModern(http.header(ModernHeaders.VERSION));
        RpcMessage message = RpcReader.read(envelope);
        if (message instanceof RpcMessage.Invalid invalid) {
            refuse(http, invalid.id(), Messages.invalid(invalid.reason()));
        } else if (modern) {
            modern(http, message, principal, reply);
        } else {
            legacy.post(http, message, principal, reply);
        }
    }

    private void batch(HttpExchange http, Envelope envelope, Principal principal, HttpReply reply) {
        if (namesModern(http.header(ModernHeaders.VERSION)) || holdsModern(envelope)) {
            throw Messages.invalid("there are no batches in revision 2026-07-28");
        }
        legacy.mayWait(http, null, "batch", () -> legacyBatch(http, envelope, principal, reply));
    }

    private void legacyBatch(
            HttpExchange http, Envelope envelope, Principal principal, HttpReply reply) {
        LegacySession session = legacy.session(http, principal);
        if (session == null) {
            return;
        }
        if (session.record().revision() != Revision.R2025_03_26) {
            throw Messages.invalid("batches exist in revision 2025-03-26 only");
        }
        reply.belongsTo(session, null);
        BatchReply.run(
                envelope.elements(),
                session.limits(),
                reply,
                (message, path) -> legacy.inBatch(message, session, path));
    }

    private boolean holdsModern(Envelope batch) {
        return batch.elements().stream().anyMatch(this::isModern);
    }

    private boolean isModern(JsonSlice element) {
        try {
            return EnvelopeScanner.scan(
                                    element.bytes(),
                                    element.offset(),
                                    element.length(),
                                    endpoint.setup().limits().json())
                            .protocolVersionKind()
                    != JsonKind.ABSENT;
        } catch (JsonException refusedLater) {
            return false;
        }
    }

    private void modern(
            HttpExchange http, RpcMessage message, Principal principal, HttpReply reply) {
        switch (message) {
            case RpcMessage.Request request -> modernRequest(http, request, principal, reply);
            case RpcMessage.Notification notification -> {
                headers.checkNotification(http, notification.method());
                http.respond(202);
            }
            case RpcMessage.Result result ->
                    refuse(
                            http,
                            result.id(),
                            Messages.invalid("clients send no responses in revision 2026-07-28"));
            case RpcMessage.Failure failure ->
                    refuse(
                            http,
                            failure.id(),
                            Messages.invalid("clients send no responses in revision 2026-07-28"));
            case RpcMessage.Invalid invalid ->
                    refuse(http, invalid.id(), Messages.invalid(invalid.reason()));
        }
    }

    private void modernRequest(
            HttpExchange http, RpcMessage.Request request, Principal principal, HttpReply reply) {
        Exchange exchange;
        try {
            Envelope envelope = request.envelope();
            Wire wire;
            if (envelope.protocolVersionKind() == JsonKind.STRING) {
                headers.check(http, envelope);
                wire = ModernVersion.check(envelope);
            } else {
                wire = Wire.of(Revision.LATEST);
            }
            RequestMeta meta = wire.readMeta(envelope);
            Quota quota = quotas.of(principal, http.evidence().remoteAddress());
            ModernCaller caller = ModernCaller.of(meta, wire.revision(), principal, quota);
            ReplayQuestions questions =
                    new ReplayQuestions(
                            endpoint.setup().vault(),
                            envelope,
                            wire,
                            caller,
                            endpoint.setup().binder());
            exchange = new Exchange(request, wire, meta, caller, reply, questions);
        } catch (McpException | JsonException problem) {
            refuse(http, request.id(), problem);
            return;
        }
        http.onDisconnect(exchange::cancel);
        endpoint.setup().dispatcher().dispatch(exchange);
    }

    /** True for a date of 2026-07-28 or later; other texts are no evidence of the modern era. */
    private static boolean namesModern(@Nullable String version) {
        return version != null
                && version.length() == Revision.R2026_07_28.text().length()
                && Character.isDigit(version.charAt(0))
                && version.compareTo(Revision.R2026_07_28.text()) >= 0;
    }

    private void refuse(HttpExchange http, @Nullable RequestId id, RuntimeException problem) {
        RpcError error = Messages.error(problem, Era.MODERN);
        refuse(http, HttpStatus.early(error), id, error);
    }

    private void refuse(
            HttpExchange http, int status, @Nullable RequestId id, McpException problem) {
        refuse(http, status, id, Messages.error(problem, Era.MODERN));
    }

    private void refuse(HttpExchange http, int status, @Nullable RequestId id, RpcError error) {
        endpoint.setup().observer().on(new SessionEvent.MessageRefused("http", error.code()));
        JsonWriter out = Messages.error(id, error);
        http.respond(status, JSON, out.buffer(), 0, out.size());
    }
}
