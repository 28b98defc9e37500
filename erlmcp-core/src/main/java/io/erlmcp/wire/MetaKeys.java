package io.erlmcp.wire;

import io.erlmcp.json.JsonName;
import java.util.Set;

/** The names inside {@code _meta} that MCP itself uses. */
final class MetaKeys {
    static final JsonName META = JsonName.of("_meta");
    static final String PROTOCOL_VERSION = "io.modelcontextprotocol/protocolVersion";
    static final String CLIENT_CAPABILITIES = "io.modelcontextprotocol/clientCapabilities";
    static final String CLIENT_INFO = "io.modelcontextprotocol/clientInfo";
    static final String LOG_LEVEL = "io.modelcontextprotocol/logLevel";
    static final String SERVER_INFO = "io.modelcontextprotocol/serverInfo";
    static final String SUBSCRIPTION_ID = "io.modelcontextprotocol/subscriptionId";
    static final String RELATED_TASK = "io.modelcontextprotocol/related-task";
    static final String PROGRESS_TOKEN = "progressToken";

    /** What {@link RequestMetaCodec} writes from the record, so not from its raw part. */
    static final Set<String> OF_REQUESTS =
            Set.of(PROTOCOL_VERSION, CLIENT_CAPABILITIES, CLIENT_INFO, LOG_LEVEL, PROGRESS_TOKEN);

    /** What is the same in all requests of one peer, as a rule. */
    static final Set<String> OF_PEERS =
            Set.of(PROTOCOL_VERSION, CLIENT_CAPABILITIES, CLIENT_INFO, LOG_LEVEL);

    private MetaKeys() {}
}
