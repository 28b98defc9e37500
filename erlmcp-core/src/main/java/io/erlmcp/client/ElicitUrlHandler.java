package io.erlmcp.client;

import io.erlmcp.protocol.ElicitResult;
import io.erlmcp.protocol.ElicitUrl;

/**
 * Asks the user whether to open a page, and opens it outside of the model's reach. The full URL
 * must be shown, and nothing fetched before the user agrees. Runs on a virtual thread and may
 * block.
 */
@FunctionalInterface
public interface ElicitUrlHandler {
    /** What the user did; acceptance means that the page was opened, not that it was completed. */
    ElicitResult open(ElicitUrl page) throws Exception;
}
