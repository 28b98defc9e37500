package io.erlmcp.client;

import io.erlmcp.protocol.ElicitForm;
import io.erlmcp.protocol.ElicitResult;

/**
 * Shows a form to the user. Runs on a virtual thread and may block; interrupted when nobody waits
 * any more.
 */
@FunctionalInterface
public interface ElicitHandler {
    /** What the user did. Fields left out of an accepted form get the defaults of the schema. */
    ElicitResult elicit(ElicitForm form) throws Exception;
}
