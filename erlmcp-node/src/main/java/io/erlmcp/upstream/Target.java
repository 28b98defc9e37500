package io.erlmcp.upstream;

import io.erlmcp.feature.Completions;
import io.erlmcp.feature.PromptCatalog;
import io.erlmcp.feature.ResourceCatalog;
import io.erlmcp.feature.ToolCatalog;
import java.util.function.Consumer;

/**
 * The lists of the node that upstream servers add to.
 *
 * @param updated is told the URI of a resource whose contents changed
 */
public record Target(
        ToolCatalog tools,
        PromptCatalog prompts,
        ResourceCatalog resources,
        Completions completions,
        Consumer<String> updated) {}
