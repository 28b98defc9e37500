package io.erlmcp.feature;

import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.PromptArgument;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The prompts of a server. Thread-safe; reads never wait. */
public final class PromptCatalog {
    private final Roster<PromptSpec> roster;
    private final CatalogConfig config;
    private final ChangeListeners listeners = new ChangeListeners();

    public PromptCatalog() {
        this(CatalogConfig.DEFAULTS);
    }

    public PromptCatalog(CatalogConfig config) {
        this.config = config;
        roster = new Roster<>("prompt", config);
    }

    /**
     * Adds a prompt.
     *
     * @throws IllegalArgumentException when there is one of that name
     * @throws IllegalStateException when the catalog is full
     */
    public void add(PromptSpec spec) {
        roster.add(spec.name(), spec);
        listeners.changed();
    }

    /**
     * Puts {@code spec} in the place of the prompt of its name. @throws IllegalArgumentException
     * when there is none
     */
    public void replace(PromptSpec spec) {
        roster.replace(spec.name(), spec);
        listeners.changed();
    }

    /** Takes a prompt out; false when there was none of that name. */
    public boolean remove(String name) {
        boolean removed = roster.remove(name);
        if (removed) {
            listeners.changed();
        }
        return removed;
    }

    /**
     * Leaves out of lists what {@code which} says by name, and tells the listeners; it is still
     * found and called, so that whoever refuses calls can say why. To be called again when {@code
     * which} says otherwise.
     */
    public void withhold(Predicate<String> which) {
        roster.withhold(which);
        listeners.changed();
    }

    public Optional<PromptSpec> find(String name) {
        return roster.find(name);
    }

    /** All prompts, in the order they were added. */
    public List<PromptSpec> all() {
        return roster.all();
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
     * One page of the prompts.
     *
     * @throws McpException -32602 when the cursor is none of ours
     */
    public Page.Prompts list(@Nullable String cursor) {
        Roster.Part<PromptSpec> part = roster.page(cursor);
        return new Page.Prompts(
                part.values().stream().map(PromptSpec::prompt).toList(),
                part.nextCursor(),
                config.cache());
    }

    /**
     * Fills a prompt; arguments it does not know are passed on.
     *
     * @throws McpException -32602 when there is no such prompt, or a required argument is missing
     */
    public GetPromptResult get(String name, Map<String, String> arguments, CallContext context)
            throws Exception {
        PromptSpec spec =
                roster.find(name)
                        .orElseThrow(() -> McpException.invalidParams("Unknown prompt: " + name));
        for (PromptArgument argument : spec.prompt().arguments()) {
            if (argument.required() && !arguments.containsKey(argument.name())) {
                throw McpException.invalidParams(
                        "Prompt " + name + " needs argument: " + argument.name());
            }
        }
        return spec.handler().get(arguments, context);
    }
}
