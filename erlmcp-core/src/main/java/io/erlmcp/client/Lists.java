package io.erlmcp.client;

import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.Tool;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;

/** What a server lists, cached as it allows. */
final class Lists {
    private final Conversation conversation;
    private final CachedList<Tool> tools;
    private final CachedList<Prompt> prompts;
    private final CachedList<Resource> resources;
    private final CachedList<ResourceTemplate> templates;

    Lists(Conversation conversation) {
        this.conversation = conversation;
        ClientConfig config = conversation.config();
        tools =
                new CachedList<>(
                        "tools/list",
                        config.limits(),
                        config.time(),
                        cursor -> page(new ClientRequest.ListTools(cursor)),
                        page ->
                                page instanceof Page.Tools t
                                        ? conversation.tools().learn(t.tools())
                                        : wrong());
        prompts =
                new CachedList<>(
                        "prompts/list",
                        config.limits(),
                        config.time(),
                        cursor -> page(new ClientRequest.ListPrompts(cursor)),
                        page -> page instanceof Page.Prompts p ? p.prompts() : wrong());
        resources =
                new CachedList<>(
                        "resources/list",
                        config.limits(),
                        config.time(),
                        cursor -> page(new ClientRequest.ListResources(cursor)),
                        page -> page instanceof Page.Resources r ? r.resources() : wrong());
        templates =
                new CachedList<>(
                        "resources/templates/list",
                        config.limits(),
                        config.time(),
                        cursor -> page(new ClientRequest.ListResourceTemplates(cursor)),
                        page ->
                                page instanceof Page.ResourceTemplates r
                                        ? r.resourceTemplates()
                                        : wrong());
    }

    List<Tool> tools() {
        return offered(ServerCapabilities::tools) ? tools.get(ttl()) : List.of();
    }

    List<Prompt> prompts() {
        return offered(ServerCapabilities::prompts) ? prompts.get(ttl()) : List.of();
    }

    List<Resource> resources() {
        return offered(ServerCapabilities::resources) ? resources.get(ttl()) : List.of();
    }

    List<ResourceTemplate> templates() {
        return offered(ServerCapabilities::resources) ? templates.get(ttl()) : List.of();
    }

    /** Reads the tools again, whatever is known. */
    void refreshTools() {
        tools.forget();
        tools();
    }

    void forgetAll() {
        tools.forget();
        prompts.forget();
        resources.forget();
        templates.forget();
    }

    void changed(ServerNotification notification) {
        switch (notification) {
            case ServerNotification.ToolListChanged n -> tools.forget();
            case ServerNotification.PromptListChanged n -> prompts.forget();
            case ServerNotification.ResourceListChanged n -> {
                resources.forget();
                templates.forget();
            }
            case ServerNotification.ResourceUpdated n -> {}
            case ServerNotification.Progress n -> {}
            case ServerNotification.Log n -> {}
            case ServerNotification.ElicitationComplete n -> {}
            case ServerNotification.SubscriptionsAcknowledged n -> {}
            case ServerNotification.TaskChanged n -> {}
        }
    }

    private boolean offered(Predicate<ServerCapabilities> feature) {
        ServerCapabilities capabilities = conversation.server().capabilities();
        return capabilities == null || feature.test(capabilities);
    }

    /**
     * Without hints a list is believed only where changes of it are announced, and can be heard.
     */
    private Duration ttl() {
        Handshake server = conversation.server();
        ServerCapabilities capabilities = server.capabilities();
        boolean announced =
                !server.isModern()
                        && capabilities != null
                        && capabilities.listChanged()
                        && conversation.hearsServer();
        return announced ? conversation.config().limits().cacheTtl() : Duration.ZERO;
    }

    private Page page(ClientRequest request) {
        if (conversation.run(request, CallOptions.NONE) instanceof Page page) {
            return page;
        }
        throw McpException.invalidParams("the result is no page of a list");
    }

    private static <T> List<T> wrong() {
        throw McpException.invalidParams("the page is of another list");
    }
}
