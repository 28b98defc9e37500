package io.erlmcp.protocol;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a {@code subscriptions/listen} stream wants to hear of.
 *
 * @param resourceSubscriptions URIs; where the server has subscription filters, URI templates too
 */
public record ListenFilter(
        boolean toolsListChanged,
        boolean promptsListChanged,
        boolean resourcesListChanged,
        Set<String> resourceSubscriptions) {
    public static final ListenFilter NONE = new ListenFilter(false, false, false, Set.of());

    public ListenFilter {
        resourceSubscriptions =
                Collections.unmodifiableSet(new LinkedHashSet<>(resourceSubscriptions));
    }
}
