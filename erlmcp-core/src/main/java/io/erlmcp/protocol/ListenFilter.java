package io.erlmcp.protocol;

import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a {@code subscriptions/listen} stream wants to hear of.
 *
 * @param resourceSubscriptions URIs; where the server has subscription filters, URI templates too
 * @param taskIds tasks whose changes it wants to hear of
 */
public record ListenFilter(
        boolean toolsListChanged,
        boolean promptsListChanged,
        boolean resourcesListChanged,
        Set<String> resourceSubscriptions,
        Set<String> taskIds) {
    public static final ListenFilter NONE = new ListenFilter(false, false, false, Set.of());

    public ListenFilter {
        resourceSubscriptions =
                Collections.unmodifiableSet(new LinkedHashSet<>(resourceSubscriptions));
        taskIds = Collections.unmodifiableSet(new LinkedHashSet<>(taskIds));
    }

    public ListenFilter(
            boolean toolsListChanged,
            boolean promptsListChanged,
            boolean resourcesListChanged,
            Set<String> resourceSubscriptions) {
        this(
                toolsListChanged,
                promptsListChanged,
                resourcesListChanged,
                resourceSubscriptions,
                Set.of());
    }

    /** Changes of these tasks, and nothing else. */
    public static ListenFilter ofTasks(Set<String> taskIds) {
        return new ListenFilter(false, false, false, Set.of(), taskIds);
    }
}
