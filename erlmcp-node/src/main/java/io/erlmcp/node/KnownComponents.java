package io.erlmcp.node;

import io.erlmcp.andon.Components;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.server.McpServer;
import java.util.stream.Stream;

/** The components that this node has now. */
final class KnownComponents {
    private KnownComponents() {}

    static Stream<ComponentId> of(McpServer server) {
        return Stream.of(
                        server.tools().all().stream().map(it -> Components.tool(it.name())),
                        server.prompts().all().stream().map(it -> Components.prompt(it.name())),
                        server.resources().all().stream().map(it -> Components.resource(it.uri())))
                .flatMap(it -> it);
    }
}
