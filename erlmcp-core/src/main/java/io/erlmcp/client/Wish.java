package io.erlmcp.client;

import io.erlmcp.feature.ResourceFilter;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.ListenFilter;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.ServerNotification;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What one subscription wants to hear of.
 *
 * @param filter as it is said to a modern server
 * @param resources its resources, as they are meant
 * @param needsFilters makes no sense to a server without subscription filters
 */
record Wish(ListenFilter filter, Set<ResourceFilter> resources, boolean needsFilters) {
    static Wish of(ListenFilter filter) {
        Set<ResourceFilter> resources = new LinkedHashSet<>();
        filter.resourceSubscriptions().forEach(it -> resources.add(ResourceFilter.ofText(it)));
        return new Wish(filter, resources, false);
    }

    static Wish of(ResourceFilter resources) {
        return new Wish(
                new ListenFilter(false, false, false, Set.of(resources.asked())),
                Set.of(resources),
                !resources.isExact());
    }

    /** What those want who hear of everything. */
    static Wish ofAll(Collection<ResourceFilter> resources) {
        return new Wish(new ListenFilter(true, true, true, Set.of()), Set.copyOf(resources), false);
    }

    /** What {@code subscriptions/listen} says in its {@code _meta}, for all resources at once. */
    JsonObject meta() {
        return resources.size() == 1 ? resources.iterator().next().meta() : JsonObject.EMPTY;
    }

    /**
     * A server that does not know filters would take each for the URI of one resource, which never
     * changes.
     *
     * @param capabilities null where the server does not tell them
     */
    void check(@Nullable ServerCapabilities capabilities) {
        if (needsFilters
                && capabilities != null
                && !capabilities.extensions().has(ResourceFilter.CAPABILITY)
                && !capabilities.experimental().has(ResourceFilter.CAPABILITY)) {
            throw new McpException(
                    ErrorCode.METHOD_NOT_FOUND,
                    "the server does not offer subscription filters ("
                            + ResourceFilter.CAPABILITY
                            + "), which "
                            + filter.resourceSubscriptions()
                            + " needs");
        }
    }

    /**
     * What a listener hears after a time in which changes may have gone unheard: that what it wants
     * has changed. For what a prefix or template covers, which nobody can name, stands the list.
     *
     * @param which the resources of which that is so
     */
    List<ServerNotification> missed(boolean hasLists, Collection<ResourceFilter> which) {
        Set<ServerNotification> all = new LinkedHashSet<>();
        if (hasLists && filter.toolsListChanged()) {
            all.add(new ServerNotification.ToolListChanged());
        }
        if (hasLists && filter.promptsListChanged()) {
            all.add(new ServerNotification.PromptListChanged());
        }
        if (hasLists && filter.resourcesListChanged()) {
            all.add(new ServerNotification.ResourceListChanged());
        }
        for (ResourceFilter resource : resources) {
            if (which.contains(resource)) {
                all.add(
                        resource.isExact()
                                ? new ServerNotification.ResourceUpdated(resource.asked())
                                : new ServerNotification.ResourceListChanged());
            }
        }
        return List.copyOf(all);
    }

    boolean wants(ServerNotification notification) {
        return switch (notification) {
            case ServerNotification.ToolListChanged n -> filter.toolsListChanged();
            case ServerNotification.PromptListChanged n -> filter.promptsListChanged();
            case ServerNotification.ResourceListChanged n -> filter.resourcesListChanged();
            case ServerNotification.ResourceUpdated n -> covers(n.uri());
            case ServerNotification.Progress n -> false;
            case ServerNotification.Log n -> false;
            case ServerNotification.ElicitationComplete n -> false;
            case ServerNotification.SubscriptionsAcknowledged n -> false;
            case ServerNotification.TaskChanged n ->
                    filter.taskIds().contains(n.task().task().id());
        };
    }

    /** A server may report a part of the resource that was subscribed. */
    private boolean covers(String uri) {
        for (ResourceFilter wanted : resources) {
            if (wanted.matches(uri) || (wanted.isExact() && covers(wanted.begin(), uri))) {
                return true;
            }
        }
        return false;
    }

    /** Whether {@code uri} is the resource {@code whole} or a part of it. */
    static boolean covers(String whole, String uri) {
        return uri.equals(whole) || (uri.startsWith(whole) && isPart(uri.charAt(whole.length())));
    }

    private static boolean isPart(char next) {
        return next == '/' || next == '?' || next == '#';
    }
}
