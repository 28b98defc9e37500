package io.erlmcp.feature;

import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ReadResourceResult;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A source of resources that come and go by themselves, such as a folder; the catalog asks it on
 * every list and for every URI that it does not know itself. Thread-safe; may block.
 */
public interface ResourceProvider {
    /**
     * One page of what is there now, in an order that stays.
     *
     * @param cursor from the page before, or null for the first
     * @throws io.erlmcp.protocol.McpException -32602 when the cursor is none of its own
     */
    Page.Resources list(@Nullable String cursor) throws Exception;

    /** The contents of {@code uri}; empty when it is not one of its resources. */
    Optional<ReadResourceResult> read(String uri, CallContext context) throws Exception;
}
