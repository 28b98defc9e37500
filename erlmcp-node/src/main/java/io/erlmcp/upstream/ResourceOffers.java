package io.erlmcp.upstream;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.CompletionHandler;
import io.erlmcp.feature.CompletionSpec;
import io.erlmcp.feature.ResourceSpec;
import io.erlmcp.feature.ResourceTemplateSpec;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.Resource;
import io.erlmcp.protocol.ResourceTemplate;
import io.erlmcp.protocol.ServerCapabilities;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Puts a server's resources and templates into the node's lists, and passes updates on. */
final class ResourceOffers {
    /** Each is a request of its own to a legacy server. */
    private static final int MAX_SUBSCRIBED = 200;

    private static final Pattern VARIABLE = Pattern.compile("[{,/+?&]([A-Za-z0-9_.]+)");

    private final Upstream upstream;
    private final Calls calls;
    private final Upstream.Surroundings around;
    private final ComponentId component;
    private final Uris uris;
    private final Shelf<Resource> resources;
    private final Shelf<ResourceTemplate> templates;

    ResourceOffers(
            Upstream upstream,
            Calls calls,
            Upstream.Surroundings around,
            Uris uris,
            Memory memory) {
        this.upstream = upstream;
        this.calls = calls;
        this.around = around;
        this.component = upstream.component();
        this.uris = uris;
        this.resources =
                new Shelf<>(
                        Resource::uri,
                        it -> Definitions.sha256(Definitions.json(it)),
                        memory.of("resource"),
                        new ResourceBoard(),
                        report("resource"));
        this.templates =
                new Shelf<>(
                        ResourceTemplate::uriTemplate,
                        it -> Definitions.sha256(Definitions.json(it)),
                        memory.of("template"),
                        new TemplateBoard(),
                        report("template"));
    }

    private Shelf.Report report(String kind) {
        return new Shelf.Report() {
            @Override
            public void leftOut(String name, String reason) {
                around.observer()
                        .on(
                                new UpstreamEvent.LeftOut(
                                        component,
                                        kind,
                                        PlainText.of(name, 200),
                                        PlainText.of(reason, 500)));
            }

            @Override
            public void changed(String name) {
                around.observer()
                        .on(
                                new UpstreamEvent.DefinitionChanged(
                                        component, kind, PlainText.of(name, 200), false));
            }
        };
    }

    /** See {@link Offers#publish}. */
    boolean publish(Link link, Lists.Failure told) {
        if (!link.isModern() && !link.offers(ServerCapabilities::resources)) {
            return true;
        }
        boolean isWhole = Lists.attempt("resources", () -> showResources(link), told);
        return Lists.attempt("resource templates", () -> showTemplates(link), told) && isWhole;
    }

    private void showTemplates(Link link) {
        templates.show(
                Lists.orNone(() -> link.client().resourceTemplates()),
                uri -> uriHere(uri, templates),
                false);
    }

    private void showResources(Link link) {
        List<Resource> listed = Lists.orNone(() -> link.client().resources());
        resources.show(listed, uri -> uriHere(uri, resources), false);
        Set<String> watched = new LinkedHashSet<>();
        listed.stream().limit(MAX_SUBSCRIBED).map(Resource::uri).forEach(watched::add);
        link.listen(watched, uri -> around.target().updated().accept(uris.outward(uri)));
    }

    private String uriHere(String uri, Shelf<?> shelf) {
        if (around.claims().claim("uri", uri, component, this::isTaken)) {
            return uri;
        }
        String renamed = uris.rename(uri);
        if (around.claims().claim("uri", renamed, component, this::isTaken)) {
            return renamed;
        }
        shelf.complain(uri, "both " + uri + " and " + renamed + " are taken");
        return "";
    }

    private boolean isTaken(String uri) {
        return around.target().resources().find(uri).isPresent()
                || around.target().resources().findTemplate(uri).isPresent();
    }

    private ReadResourceResult read(String uri, CallContext context) throws Exception {
        String there = uris.inward(uri);
        ReadResourceResult result =
                calls.carry(
                        new Calls.What(
                                "resources/read",
                                null,
                                true,
                                around.priorities().apply("resources/read")),
                        context,
                        (client, options) -> client.readResource(there, options));
        return new ReadResourceResult(
                result.contents().stream()
                        .map(it -> it.uri().equals(there) ? Uris.named(it, uri) : uris.outward(it))
                        .toList(),
                result.cache(),
                ToolProxy.own(result.meta()));
    }

    /** Has the server complete an argument. */
    CompletionHandler completing(CompletionRef there, String argument) {
        return (value, known, context) -> {
            Link link = upstream.state().link();
            if (link != null && !link.isModern() && !link.offers(ServerCapabilities::completions)) {
                return new Completion(List.of(), null, false);
            }
            return calls.ask(
                    context, (client, options) -> client.complete(there, argument, value, known));
        };
    }

    private final class ResourceBoard implements Shelf.Board<Resource> {
        @Override
        public void add(String uri, Resource resource) {
            around.target()
                    .resources()
                    .add(
                            new ResourceSpec(
                                    Uris.named(resource, uri),
                                    (wanted, variables, context) -> read(wanted, context)));
        }

        @Override
        public void remove(String uri) {
            around.target().resources().remove(uri);
            around.claims().release("uri", uri, component);
            uris.forget(uri);
        }
    }

    private final class TemplateBoard implements Shelf.Board<ResourceTemplate> {
        @Override
        public void add(String uri, ResourceTemplate it) {
            around.target()
                    .resources()
                    .add(
                            new ResourceTemplateSpec(
                                    new ResourceTemplate(
                                            uri,
                                            it.name(),
                                            it.title(),
                                            it.description(),
                                            it.mimeType(),
                                            it.annotations(),
                                            it.icons(),
                                            it.meta()),
                                    (wanted, variables, context) -> read(wanted, context)));
            try {
                complete(uri, it.uriTemplate());
            } catch (RuntimeException e) {
                remove(uri);
                throw e;
            }
        }

        private void complete(String uri, String template) {
            CompletionRef there = new CompletionRef.ResourceRef(template);
            for (String variable : variables(uri)) {
                around.target()
                        .completions()
                        .add(CompletionSpec.resource(uri, variable, completing(there, variable)));
            }
        }

        @Override
        public void remove(String uri) {
            CompletionRef ref = new CompletionRef.ResourceRef(uri);
            variables(uri).forEach(it -> around.target().completions().remove(ref, it));
            around.target().resources().remove(uri);
            around.claims().release("uri", uri, component);
            uris.forget(uri);
        }
    }

    /** The names in a template's braces. */
    private static Set<String> variables(String template) {
        Set<String> names = new LinkedHashSet<>();
        Matcher braces = Pattern.compile("\\{[^}]*}").matcher(template);
        while (braces.find()) {
            Matcher variable = VARIABLE.matcher(braces.group());
            while (variable.find()) {
                names.add(variable.group(1));
            }
        }
        return names;
    }
}
