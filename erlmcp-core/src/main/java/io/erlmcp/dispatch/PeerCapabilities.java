package io.erlmcp.dispatch;

import io.erlmcp.feature.Peer;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ClientCapabilities;
import io.erlmcp.protocol.CreateMessage;
import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitUrl;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.Extensions;
import io.erlmcp.protocol.InputRequest;
import io.erlmcp.protocol.ListRoots;
import io.erlmcp.protocol.McpException;

/** Checks that a client declared what a question needs. */
public final class PeerCapabilities {
    private PeerCapabilities() {}

    /** Refuses with -32021 (modern era) or -32600 (legacy era) what the client did not declare. */
    public static void require(InputRequest question, Peer peer) {
        ClientCapabilities has = peer.capabilities();
        switch (question) {
            case ElicitForm form ->
                    check(
                            has.elicitationForm(),
                            peer,
                            "elicitation",
                            JsonObject.of("elicitation", JsonObject.EMPTY));
            case ElicitUrl url ->
                    check(
                            has.elicitationUrl(),
                            peer,
                            "elicitation.url",
                            JsonObject.of("elicitation", JsonObject.of("url", JsonObject.EMPTY)));
            case CreateMessage message -> requireSampling(message, has, peer);
            case ListRoots roots ->
                    check(has.roots(), peer, "roots", JsonObject.of("roots", JsonObject.EMPTY));
        }
    }

    /** Refuses with -32021 a modern client that does not take tasks. */
    public static void requireTasks(Peer peer) {
        check(
                peer.capabilities().takesTasks(),
                peer,
                "extensions." + Extensions.TASKS,
                JsonObject.of("extensions", JsonObject.of(Extensions.TASKS, JsonObject.EMPTY)));
    }

    private static void requireSampling(CreateMessage message, ClientCapabilities has, Peer peer) {
        check(has.sampling(), peer, "sampling", JsonObject.of("sampling", JsonObject.EMPTY));
        if (!message.tools().isEmpty() || message.toolChoice() != null) {
            check(
                    has.samplingTools(),
                    peer,
                    "sampling.tools",
                    JsonObject.of("sampling", JsonObject.of("tools", JsonObject.EMPTY)));
        }
        String context = message.includeContext();
        if (context != null && !context.equals("none")) {
            check(
                    has.samplingContext(),
                    peer,
                    "sampling.context",
                    JsonObject.of("sampling", JsonObject.of("context", JsonObject.EMPTY)));
        }
    }

    private static void check(boolean declared, Peer peer, String name, JsonObject required) {
        if (declared) {
            return;
        }
        int code =
                peer.revision().era() == Era.MODERN
                        ? ErrorCode.MISSING_CLIENT_CAPABILITY
                        : ErrorCode.INVALID_REQUEST;
        throw new McpException(
                code,
                "The client did not declare the capability " + name,
                JsonObject.of("requiredCapabilities", required));
    }
}
