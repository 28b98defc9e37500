package io.erlmcp.feature;

import java.util.function.Consumer;

/**
 * What a running server offers, for code that changes it: whoever subscribed hears of each change.
 *
 * @param updates is told the URI of a resource whose contents changed
 */
public record Catalogs(
        ToolCatalog tools,
        PromptCatalog prompts,
        ResourceCatalog resources,
        Consumer<String> updates) {
    /** Tells subscribers of {@code uri} that its contents changed. */
    public void resourceUpdated(String uri) {
        updates.accept(uri);
    }
}
