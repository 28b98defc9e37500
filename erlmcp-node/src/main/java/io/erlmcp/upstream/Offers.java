package io.erlmcp.upstream;

import io.erlmcp.feature.CompletionSpec;
import io.erlmcp.feature.PromptSpec;
import io.erlmcp.feature.ToolSpec;
import io.erlmcp.json.JsonArray;
import io.erlmcp.json.JsonObject;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Observer;
import io.erlmcp.protocol.CompletionRef;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.Prompt;
import io.erlmcp.protocol.PromptArgument;
import io.erlmcp.protocol.ServerCapabilities;
import io.erlmcp.protocol.Tool;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Puts what a server lists into the node's lists, under the names it may have there.
 *
 * <p>Process model: no thread; used by the thread of the server's run.
 */
final class Offers {
    /** Beyond the client's own limit, so that the client's is the one that is told. */
    private static final Duration MARGIN = Duration.ofMillis(500);

    private final Upstream upstream;
    private final Calls calls;
    private final Upstream.Surroundings around;
    private final UpstreamSettings.Names names;
    private final Observer observer;
    private final ComponentId component;
    private final AnswerCache cache;
    private final Uris uris;
    private final Predicate<String> allowed;
    private final Memory memory;
    private final Shelf<Tool> tools;
    private final Shelf<Prompt> prompts;
    private final ResourceOffers resources;
    private volatile List<String> toolNames = List.of();

    Offers(Upstream upstream, Calls calls, Upstream.Surroundings around) {
        this.upstream = upstream;
        this.calls = calls;
        this.around = around;
        this.names = upstream.settings().names();
        this.observer = around.observer();
        this.component = upstream.component();
        this.cache = new AnswerCache(upstream.settings().cache(), around.time());
        this.uris = new Uris(upstream.settings().name());
        Predicate<String> wanted = names.allow().isEmpty() ? name -> true : matching(names.allow());
        this.allowed = wanted.and(matching(names.deny()).negate());
        this.memory = new Memory(component, around.sightings(), around.time());
        this.tools =
                new Shelf<>(
                        Tool::name,
                        it -> Definitions.sha256(Definitions.json(it)),
                        memory.of("tool"),
                        new ToolBoard(),
                        report("tool"));
        this.prompts =
                new Shelf<>(
                        Prompt::name,
                        it -> Definitions.sha256(Definitions.json(it)),
                        memory.of("prompt"),
                        new PromptBoard(),
                        report("prompt"));
        this.resources = new ResourceOffers(upstream, calls, around, uris, memory);
    }

    private static Predicate<String> matching(List<String> globs) {
        List<Pattern> patterns =
                globs.stream()
                        .map(glob -> Pattern.quote(glob).replace("*", "\\E.*\\Q"))
                        .map(Pattern::compile)
                        .toList();
        return name -> patterns.stream().anyMatch(it -> it.matcher(name).matches());
    }

    /** Tells the observer of what is left out, or is not what it was. */
    Shelf.Report report(String kind) {
        boolean held = upstream.settings().holdChanged();
        return new Shelf.Report() {
            @Override
            public void leftOut(String name, String reason) {
                observer.on(
                        new UpstreamEvent.LeftOut(
                                component,
                                kind,
                                PlainText.of(name, 200),
                                PlainText.of(reason, 500)));
            }

            @Override
            public void changed(String name) {
                observer.on(
                        new UpstreamEvent.DefinitionChanged(
                                component, kind, PlainText.of(name, 200), held));
            }
        };
    }

    /**
     * Reads all lists and shows them.
     *
     * @return false when one of them could not be had and should be asked for again
     * @throws io.erlmcp.transport.TransportException when the server is lost
     */
    boolean publish(Link link) {
        try {
            return show(link);
        } finally {
            memory.keep();
        }
    }

    private boolean show(Link link) {
        link.client().forgetLists();
        // A modern server need not say what it offers.
        boolean hasTools = link.isModern() || link.offers(ServerCapabilities::tools);
        boolean isWhole = !hasTools || Lists.attempt("tools", () -> showTools(link), this::failed);
        boolean hasPrompts = link.isModern() || link.offers(ServerCapabilities::prompts);
        isWhole &= !hasPrompts || Lists.attempt("prompts", () -> showPrompts(link), this::failed);
        return resources.publish(link, this::failed) && isWhole;
    }

    private void showTools(Link link) {
        try {
            tools.show(
                    Lists.orNone(() -> link.client().tools()),
                    name -> allowed.test(name) ? nameHere("tool", name, tools) : "",
                    upstream.settings().holdChanged());
        } finally {
            toolNames = List.copyOf(tools.shown().keySet());
        }
    }

    private void showPrompts(Link link) {
        prompts.show(
                Lists.orNone(() -> link.client().prompts()),
                name -> nameHere("prompt", name, prompts),
                upstream.settings().holdChanged());
    }

    private void failed(String list, RuntimeException why) {
        observer.on(
                new UpstreamEvent.ListFailed(
                        component, list, PlainText.of(String.valueOf(why.getMessage()), 500)));
    }

    /** The name under which something stands here; empty when there is none. */
    private String nameHere(String kind, String name, Shelf<?> shelf) {
        String prefixed = names.prefix() + name;
        Predicate<String> isTaken = it -> isTaken(kind, it);
        if (!names.always() && around.claims().claim(kind, name, component, isTaken)) {
            return name;
        }
        if (around.claims().claim(kind, prefixed, component, isTaken)) {
            return prefixed;
        }
        shelf.complain(name, "both " + name + " and " + prefixed + " are taken");
        return "";
    }

    private boolean isTaken(String kind, String name) {
        return kind.equals("tool")
                ? around.target().tools().find(name).isPresent()
                : around.target().prompts().find(name).isPresent();
    }

    private final class ToolBoard implements Shelf.Board<Tool> {
        @Override
        public void add(String name, Tool it) {
            calls.know(it.name(), component.child(segment(it.name())));
            Tool here =
                    new Tool(
                            name,
                            it.title(),
                            it.description(),
                            it.inputSchema(),
                            it.outputSchema(),
                            it.annotations(),
                            it.icons(),
                            it.meta());
            ToolProxy proxy =
                    new ToolProxy(
                            upstream, uris, cache, observer, it, around.priorities().apply(name));
            around.target()
                    .tools()
                    .add(
                            ToolSpec.of(here, proxy)
                                    .timeout(upstream.settings().patience().call().plus(MARGIN)));
        }

        @Override
        public void remove(String name) {
            around.target().tools().remove(name);
        }
    }

    /** A tool's name as a segment of a component id. */
    private static String segment(String name) {
        String plain = name.replaceAll("[^A-Za-z0-9_.-]", "_");
        return plain.length() > 128 ? plain.substring(0, 128) : plain;
    }

    private final class PromptBoard implements Shelf.Board<Prompt> {
        @Override
        public void add(String name, Prompt it) {
            Prompt here =
                    new Prompt(
                            name,
                            it.title(),
                            it.description(),
                            it.arguments(),
                            it.icons(),
                            it.meta());
            Calls.What what =
                    new Calls.What(
                            "prompts/get " + it.name(),
                            null,
                            true,
                            around.priorities().apply("prompts/get"));
            around.target()
                    .prompts()
                    .add(
                            new PromptSpec(
                                    here,
                                    (arguments, context) -> {
                                        GetPromptResult result =
                                                calls.carry(
                                                        what,
                                                        context,
                                                        (client, options) ->
                                                                client.getPrompt(
                                                                        it.name(), arguments,
                                                                        options));
                                        return new GetPromptResult(
                                                result.description(),
                                                result.messages(),
                                                ToolProxy.own(result.meta()));
                                    }));
            try {
                complete(name, it);
            } catch (RuntimeException e) {
                remove(name);
                throw e;
            }
        }

        private void complete(String name, Prompt it) {
            CompletionRef there = new CompletionRef.PromptRef(it.name());
            for (String argument : arguments(it)) {
                around.target()
                        .completions()
                        .add(
                                CompletionSpec.prompt(
                                        name, argument, resources.completing(there, argument)));
            }
        }

        @Override
        public void remove(String name) {
            CompletionRef ref = new CompletionRef.PromptRef(name);
            PromptSpec spec = around.target().prompts().find(name).orElse(null);
            if (spec != null) {
                for (String argument : arguments(spec.prompt())) {
                    around.target().completions().remove(ref, argument);
                }
            }
            around.target().prompts().remove(name);
        }
    }

    private static List<String> arguments(Prompt prompt) {
        return prompt.arguments().stream()
                .map(PromptArgument::name)
                .filter(name -> !name.isEmpty())
                .distinct()
                .toList();
    }

    int tools() {
        return toolNames.size();
    }

    /** By the names they have here. */
    List<String> toolNames() {
        return toolNames;
    }

    /** What is held until an operator accepts its definition. */
    List<HeldDefinition> held() {
        return Stream.concat(
                        held("tool", tools, Definitions::json),
                        held("prompt", prompts, Definitions::json))
                .sorted(
                        Comparator.comparing(HeldDefinition::name)
                                .thenComparing(HeldDefinition::kind))
                .toList();
    }

    private <T> Stream<HeldDefinition> held(
            String kind, Shelf<T> shelf, Function<T, JsonObject> json) {
        return shelf.held().entrySet().stream()
                .map(it -> HeldDefinition.of(component, kind, it.getKey(), it.getValue(), json));
    }

    /** See {@link Shelf#accept}. */
    boolean accept(HeldDefinition wanted) {
        Shelf<?> shelf = wanted.kind().equals("tool") ? tools : prompts;
        boolean accepted = shelf.accept(wanted.name(), wanted.sha256());
        if (accepted) {
            memory.keepNow();
            observer.on(
                    new UpstreamEvent.DefinitionAccepted(
                            component, wanted.kind(), PlainText.of(wanted.name(), 200)));
        }
        return accepted;
    }

    Memory memory() {
        return memory;
    }

    void describe(JsonObject.Builder out) {
        out.put("tools", toolNames.size())
                .put("changedTools", JsonArray.of(tools.changed().toArray()))
                .put("heldTools", tools.held().size())
                .put("heldPrompts", prompts.held().size())
                .put("cachedAnswers", cache.size());
    }
}
