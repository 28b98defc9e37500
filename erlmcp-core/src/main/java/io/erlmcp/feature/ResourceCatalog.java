package io.erlmcp.feature;

import io.erlmcp.protocol.McpException;
import io.erlmcp.protocol.Page;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.Resource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The resources of a server: fixed ones, templates, and providers that bring their own. A URI is
 * looked up in that order, templates and providers in the order they were added. Thread-safe; reads
 * never wait for the catalog.
 */
public final class ResourceCatalog {
    private static final int MAX_PROVIDERS = 100;
    private static final String OF_PROVIDER = "provider";

    /** A template that was compiled once. */
    private record Family(ResourceTemplateSpec spec, UriTemplate template) {}

    private final CatalogConfig config;
    private final Roster<ResourceSpec> fixed;
    private final Roster<Family> families;
    private final List<ResourceProvider> providers = new CopyOnWriteArrayList<>();
    private final ChangeListeners listeners = new ChangeListeners();
    private volatile Predicate<String> withheld = uri -> false;

    public ResourceCatalog() {
        this(CatalogConfig.DEFAULTS);
    }

    public ResourceCatalog(CatalogConfig config) {
        this.config = config;
        fixed = new Roster<>("resource", config);
        families = new Roster<>("template", config);
    }

    /**
     * Adds a resource.
     *
     * @throws IllegalArgumentException when there is one of that URI
     * @throws IllegalStateException when the catalog is full
     */
    public void add(ResourceSpec spec) {
        fixed.add(spec.uri(), spec);
        listeners.changed();
    }

    /** Adds a template, in the same way. */
    public void add(ResourceTemplateSpec spec) {
        families.add(spec.uriTemplate(), new Family(spec, UriTemplate.parse(spec.uriTemplate())));
        listeners.changed();
    }

    /**
     * Adds a provider, for good; at most 100.
     *
     * @throws IllegalStateException when there are as many
     */
    public void add(ResourceProvider provider) {
        if (providers.size() >= MAX_PROVIDERS) {
            throw new IllegalStateException(
                    "cannot add a resource provider: the limit is " + MAX_PROVIDERS);
        }
        providers.add(provider);
        listeners.changed();
    }

    /**
     * Puts {@code spec} in the place of the resource of its URI. @throws IllegalArgumentException
     * when there is none
     */
    public void replace(ResourceSpec spec) {
        fixed.replace(spec.uri(), spec);
        listeners.changed();
    }

    /**
     * Puts {@code spec} in the place of its like. @throws IllegalArgumentException when there is
     * none
     */
    public void replace(ResourceTemplateSpec spec) {
        families.replace(
                spec.uriTemplate(), new Family(spec, UriTemplate.parse(spec.uriTemplate())));
        listeners.changed();
    }

    /**
     * Takes the resource or template with that URI or URI template out; false when there was none.
     */
    public boolean remove(String uri) {
        boolean removed = fixed.remove(uri) || families.remove(uri);
        if (removed) {
            listeners.changed();
        }
        return removed;
    }

    /**
     * Leaves out of lists what {@code which} says by URI or URI template, and tells the listeners;
     * it is still found and called, so that whoever refuses calls can say why. To be called again
     * when {@code which} says otherwise.
     */
    public void withhold(Predicate<String> which) {
        withheld = which;
        fixed.withhold(which);
        families.withhold(which);
        listeners.changed();
    }

    public Optional<ResourceSpec> find(String uri) {
        return fixed.find(uri);
    }

    public Optional<ResourceTemplateSpec> findTemplate(String uriTemplate) {
        return families.find(uriTemplate).map(Family::spec);
    }

    /** All fixed resources, in the order they were added. */
    public List<ResourceSpec> all() {
        return fixed.all();
    }

    public boolean isEmpty() {
        return fixed.size() == 0 && families.size() == 0 && providers.isEmpty();
    }

    /** Grows with every change, but not with what providers find: see {@link #isDynamic}. */
    public long version() {
        return fixed.version() + families.version() + providers.size();
    }

    /**
     * True when there are providers, so that {@link #list} may answer differently with the version
     * unchanged.
     */
    public boolean isDynamic() {
        return !providers.isEmpty();
    }

    /** Calls {@code listener} after every change, on the thread that made it. */
    public Registration onChange(Runnable listener) {
        return listeners.add(listener);
    }

    /**
     * One page of the resources: the fixed ones, then each provider's.
     *
     * @throws McpException -32602 when the cursor is none of ours
     */
    public Page.Resources list(@Nullable String cursor) throws Exception {
        if (cursor != null
                && Cursor.decode(cursor, "resource", OF_PROVIDER).kind().equals(OF_PROVIDER)) {
            return listProvider(cursor);
        }
        Roster.Part<ResourceSpec> part = fixed.page(cursor);
        List<Resource> resources =
                new ArrayList<>(part.values().stream().map(ResourceSpec::resource).toList());
        String next = part.nextCursor();
        if (next == null && !providers.isEmpty()) {
            if (resources.isEmpty()) {
                return pageOf(0, null);
            }
            next = providerCursor(0, null);
        }
        return new Page.Resources(resources, next, config.cache());
    }

    /** One page of the templates; as {@link #list}. */
    public Page.ResourceTemplates listTemplates(@Nullable String cursor) {
        Roster.Part<Family> part = families.page(cursor);
        return new Page.ResourceTemplates(
                part.values().stream().map(it -> it.spec().template()).toList(),
                part.nextCursor(),
                config.cache());
    }

    /**
     * Reads a resource.
     *
     * @throws McpException resource not found
     */
    public ReadResourceResult read(String uri, CallContext context) throws Exception {
        Optional<ResourceSpec> spec = fixed.find(uri);
        if (spec.isPresent()) {
            return spec.get().handler().read(uri, Map.of(), context);
        }
        for (Family family : families.all()) {
            Optional<Map<String, String>> variables = family.template().match(uri);
            if (variables.isPresent()) {
                return family.spec().handler().read(uri, variables.get(), context);
            }
        }
        for (ResourceProvider provider : providers) {
            Optional<ReadResourceResult> result = provider.read(uri, context);
            if (result.isPresent()) {
                return result.get();
            }
        }
        throw McpException.resourceNotFound(uri);
    }

    /**
     * The text of a provider's cursor is {@code index} for its first page, {@code index:cursor} for
     * the next ones.
     */
    private Page.Resources listProvider(String cursor) throws Exception {
        String text = Cursor.decode(cursor, OF_PROVIDER).text();
        int colon = text.indexOf(':');
        int index;
        try {
            index = Integer.parseInt(colon < 0 ? text : text.substring(0, colon));
        } catch (NumberFormatException e) {
            throw Cursor.invalid(cursor);
        }
        if (index < 0 || index >= providers.size()) {
            throw Cursor.invalid(cursor);
        }
        return pageOf(index, colon < 0 ? null : text.substring(colon + 1));
    }

    private Page.Resources pageOf(int index, @Nullable String innerCursor) throws Exception {
        Page.Resources page = providers.get(index).list(innerCursor);
        String next = page.nextCursor();
        if (next != null) {
            next = providerCursor(index, next);
        } else if (index + 1 < providers.size()) {
            next = providerCursor(index + 1, null);
        }
        Predicate<String> hidden = withheld;
        List<Resource> shown =
                page.resources().stream().filter(it -> !hidden.test(it.uri())).toList();
        return new Page.Resources(shown, next, config.cache());
    }

    private static String providerCursor(int index, @Nullable String innerCursor) {
        return new Cursor(OF_PROVIDER, innerCursor == null ? "" + index : index + ":" + innerCursor)
                .encode();
    }
}
