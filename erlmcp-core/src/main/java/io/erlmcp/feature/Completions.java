package io.erlmcp.feature;

import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.McpException;
import java.util.List;
import java.util.Map;

/**
 * The suggestions of a server for arguments of its prompts and templates. Thread-safe; reads never
 * wait.
 */
public final class Completions {
    private static final Completion NOTHING = new Completion(List.of(), null, false);

    private final Roster<CompletionSpec> roster;
    private final PromptCatalog prompts;
    private final ResourceCatalog resources;
    private final ChangeListeners listeners = new ChangeListeners();

    public Completions(CatalogConfig config, PromptCatalog prompts, ResourceCatalog resources) {
        roster = new Roster<>("completion", config);
        this.prompts = prompts;
        this.resources = resources;
    }

    /**
     * Adds a completion.
     *
     * @throws IllegalArgumentException when there is one for that argument
     * @throws IllegalStateException when there are as many as allowed
     */
    public void add(CompletionSpec spec) {
        roster.add(key(spec.ref(), spec.argument()), spec);
        listeners.changed();
    }

    /**
     * Puts {@code spec} in the place of the one for its argument. @throws IllegalArgumentException
     * if there is none
     */
    public void replace(CompletionSpec spec) {
        roster.replace(key(spec.ref(), spec.argument()), spec);
        listeners.changed();
    }

    /** Takes a completion out; false when there was none. */
    public boolean remove(CompletionRef ref, String argument) {
        boolean removed = roster.remove(key(ref, argument));
        if (removed) {
            listeners.changed();
        }
        return removed;
    }

    public boolean isEmpty() {
        return roster.size() == 0;
    }

    /** Grows with every change. */
    public long version() {
        return roster.version();
    }

    /** Calls {@code listener} after every change, on the thread that made it. */
    public Registration onChange(Runnable listener) {
        return listeners.add(listener);
    }

    /**
     * Suggestions for {@code argument}; none when nobody offers any for it.
     *
     * @param value what was typed so far
     * @param known values of other arguments
     * @throws McpException -32602 when there is no such prompt or resource
     */
    public Completion complete(
            CompletionRef ref,
            String argument,
            String value,
            Map<String, String> known,
            CallContext context)
            throws Exception {
        var spec = roster.find(key(ref, argument));
        if (spec.isPresent()) {
            return spec.get().handler().complete(value, known, context);
        }
        boolean exists =
                switch (ref) {
                    case CompletionRef.PromptRef prompt -> prompts.find(prompt.name()).isPresent();
                    case CompletionRef.ResourceRef resource ->
                            resources.findTemplate(resource.uri()).isPresent()
                                    || resources.find(resource.uri()).isPresent();
                };
        if (!exists) {
            throw McpException.invalidParams("Unknown " + describe(ref));
        }
        return NOTHING;
    }

    private static String key(CompletionRef ref, String argument) {
        return describe(ref) + ", argument " + argument;
    }

    private static String describe(CompletionRef ref) {
        return switch (ref) {
            case CompletionRef.PromptRef prompt -> "prompt: " + prompt.name();
            case CompletionRef.ResourceRef resource -> "resource: " + resource.uri();
        };
    }
}
