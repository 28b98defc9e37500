package io.erlmcp.client;

import io.erlmcp.feature.HeaderParams;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonString;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.DiscoverResult;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.Implementation;
import io.erlmcp.protocol.InitializeResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Revision;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.ClientTransport;
import io.erlmcp.transport.OutgoingMessage;
import io.erlmcp.transport.TransportException;
import io.erlmcp.wire.Wire;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what the server speaks: specification 2026-07-28, basic/versioning. A refusal in words
 * of the modern era stays modern; any other means that the server wants the handshake; what says
 * nothing about eras (no access, server errors, time-outs over HTTP) is passed on.
 */
final class Negotiation {
    private static final Set<Integer> MODERN_CODES =
            Set.of(
                    ErrorCode.HEADER_MISMATCH,
                    ErrorCode.MISSING_CLIENT_CAPABILITY,
                    ErrorCode.UNSUPPORTED_PROTOCOL_VERSION);
    private static final Set<Integer> LEGACY_STATUSES = Set.of(400, 404, 405);

    private final ClientTransport transport;
    private final Requests requests;
    private final Inbox inbox;
    private final Identity identity;
    private final ClientLimits limits;
    private final Time time;

    Negotiation(
            ClientTransport transport,
            Requests requests,
            Inbox inbox,
            Identity identity,
            ClientLimits limits,
            Time time) {
        this.transport = transport;
        this.requests = requests;
        this.inbox = inbox;
        this.identity = identity;
        this.limits = limits;
        this.time = time;
    }

    /**
     * @param restart makes the path again where the server left it
     */
    Handshake run(EraChoice choice, Runnable restart) {
        return switch (choice) {
            case LEGACY -> initialize(Revision.LATEST_LEGACY, true);
            case MODERN -> modern();
            case AUTO ->
                    transport.hasModernEra()
                            ? probe(restart)
                            : initialize(Revision.LATEST_LEGACY, true);
        };
    }

    private Handshake modern() {
        if (!transport.hasModernEra()) {
            throw new TransportException(
                    TransportException.Kind.REFUSED,
                    transport.name()
                            + " speaks over a transport of the legacy era, "
                            + Revision.LATEST
                            + " cannot be spoken there");
        }
        try {
            return discover(limits.connectTimeout(), true);
        } catch (McpException e) {
            if (e.code() == ErrorCode.METHOD_NOT_FOUND) {
                Wire wire = Wire.of(Revision.LATEST);
                inbox.speak(wire);
                return new Handshake(Revision.LATEST, wire, null, null, null, requests.path());
            }
            throw e;
        }
    }

    private Handshake probe(Runnable restart) {
        try {
            return discover(limits.timeout(), true);
        } catch (McpTimeoutException e) {
            if (!transport.isDuplex()) {
                throw e;
            }
            return initializeOrDiscover();
        } catch (McpException e) {
            if (MODERN_CODES.contains(e.code())) {
                throw e;
            }
            return initialize(Revision.LATEST_LEGACY, true);
        } catch (TransportException e) {
            if (transport.isDuplex() && e.kind() == TransportException.Kind.BROKEN) {
                // Some servers leave when the first thing they hear is not the handshake.
                restart.run();
                return initialize(Revision.LATEST_LEGACY, true);
            }
            if (LEGACY_STATUSES.contains(e.status())) {
                return initialize(Revision.LATEST_LEGACY, true);
            }
            throw e;
        }
    }

    /**
     * The probe was not answered: an old server that ignores it, or a modern one that was still
     * starting.
     */
    private Handshake initializeOrDiscover() {
        try {
            return initialize(Revision.LATEST_LEGACY, true);
        } catch (McpException e) {
            return discover(limits.timeout(), false);
        }
    }

    private Handshake discover(Duration limit, boolean again) {
        Wire wire = Wire.of(Revision.LATEST);
        inbox.speak(wire);
        ClientRequest.Discover request = new ClientRequest.Discover();
        JsonObject answer;
        try {
            answer = exchange(wire, request, limit);
        } catch (McpException e) {
            List<Revision> offered = supported(e);
            if (e.code() != ErrorCode.UNSUPPORTED_PROTOCOL_VERSION || !again || offered.isEmpty()) {
                throw e;
            }
            // The same version may be asked for again: the server said that it is supported.
            return offered.getFirst().era() == Era.MODERN
                    ? discover(limit, false)
                    : initialize(offered.getFirst(), false);
        }
        ServerResult result = wire.readResult(request, answer);
        if (!(result instanceof DiscoverResult found)) {
            throw McpException.invalidParams("server/discover: the result is of another kind");
        }
        return settle(found, answer, wire);
    }

    private Handshake settle(DiscoverResult found, JsonObject answer, Wire wire) {
        List<Revision> offered = known(found.supportedVersions());
        if (offered.isEmpty()) {
            throw new McpException(
                    ErrorCode.UNSUPPORTED_PROTOCOL_VERSION,
                    "the server speaks "
                            + found.supportedVersions()
                            + ", none of which this client knows");
        }
        if (offered.getFirst().era() == Era.LEGACY) {
            return initialize(offered.getFirst(), false);
        }
        Revision revision = offered.getFirst();
        Wire chosen = revision == wire.revision() ? wire : Wire.of(revision);
        inbox.speak(chosen);
        return new Handshake(
                revision,
                chosen,
                found.capabilities(),
                serverInfo(answer),
                found.instructions(),
                requests.path());
    }

    private Handshake initialize(Revision offer, boolean again) {
        Wire wire = Wire.of(offer);
        inbox.speak(wire);
        ClientRequest.Initialize request =
                new ClientRequest.Initialize(
                        offer.text(), identity.capabilities(), identity.info());
        JsonObject answer;
        try {
            answer = exchange(wire, request, limits.connectTimeout());
        } catch (McpException e) {
            Optional<Revision> other =
                    supported(e).stream()
                            .filter(it -> it.era() == Era.LEGACY && it != offer)
                            .findFirst();
            if (again && other.isPresent()) {
                return initialize(other.get(), false);
            }
            throw e;
        }
        if (!(wire.readResult(request, answer) instanceof InitializeResult result)) {
            throw McpException.invalidParams("initialize: the result is of another kind");
        }
        if (result.revision().era() != Era.LEGACY) {
            throw McpException.invalidParams(
                    "initialize: the server chose "
                            + result.revision()
                            + ", which has no handshake");
        }
        Wire chosen = Wire.of(result.revision());
        inbox.speak(chosen);
        transport.negotiated(result.revision().text());
        transport.send(
                new OutgoingMessage(
                        null,
                        "notifications/initialized",
                        Outbound.notification("notifications/initialized", JsonObject.EMPTY),
                        List.of()));
        transport.listen();
        return new Handshake(
                result.revision(),
                chosen,
                result.capabilities(),
                result.serverInfo(),
                result.instructions(),
                requests.path());
    }

    private JsonObject exchange(Wire wire, ClientRequest request, Duration limit) {
        List<String> headers =
                transport.isDuplex()
                        ? List.of()
                        : MirroredHeaders.of(wire, request, HeaderParams.NONE);
        Outbound outbound =
                new Outbound(wire, request, identity.meta(wire), null, headers, requests.path());
        try {
            return requests.exchange(
                    requests.nextId(),
                    outbound,
                    new Deadline(time, limit, limit),
                    requests::send,
                    null,
                    note -> {});
        } catch (TransportException e) {
            throw refusal(e).map(RuntimeException.class::cast).orElse(e);
        }
    }

    /**
     * The JSON-RPC error behind an HTTP status, where there is one. A server that says when to come
     * back is worth more as what it is, unless the request may have run in part.
     */
    static Optional<McpException> refusal(TransportException e) {
        return e.body()
                .flatMap(Incoming::error)
                .filter(it -> e.retryAfter().isEmpty() || it.code() == ErrorCode.INTERRUPTED)
                .map(it -> new McpException(it.code(), it.message(), it.data()));
    }

    /** The revisions that an error names as supported and this client knows, newest first. */
    static List<Revision> supported(McpException e) {
        if (!(e.data() instanceof JsonObject data)
                || !(data.get("supported") instanceof JsonArray listed)) {
            return List.of();
        }
        List<String> versions = new ArrayList<>();
        for (JsonValue version : listed) {
            if (version instanceof JsonString text) {
                versions.add(text.value());
            }
        }
        return known(versions);
    }

    private static List<Revision> known(List<String> versions) {
        return versions.stream()
                .flatMap(version -> Revision.of(version).stream())
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    private static @Nullable Implementation serverInfo(JsonObject answer) {
        try {
            JsonObject info =
                    answer.object("_meta")
                            .flatMap(meta -> meta.object("io.modelcontextprotocol/serverInfo"))
                            .orElse(JsonObject.EMPTY);
            String name = info.string("name").orElse(null);
            return name == null
                    ? null
                    : new Implementation(
                            name,
                            info.string("title").orElse(null),
                            info.string("version").orElse(""),
                            info.string("description").orElse(null),
                            info.string("websiteUrl").orElse(null),
                            List.of());
        } catch (JsonException e) {
            // Display data: a server that spells it wrong is still a server.
            return null;
        }
    }
}
