package io.erlmcp.feature;

import io.erlmcp.protocol.Completion;
import io.erlmcp.protocol.CompletionRef;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Turns a method with {@link Complete} into a completion. */
final class CompleteMethod {
    /** What was typed, and what is known. */
    private record Request(String value, Map<String, String> known) {}

    private CompleteMethod() {}

    static CompletionSpec spec(BeanMethod method, Complete complete) {
        if (complete.prompt().isEmpty() == complete.resource().isEmpty()) {
            throw method.wrong("@Complete needs exactly one of prompt and resource");
        }
        if (complete.argument().isEmpty()) {
            throw method.wrong("@Complete needs an argument");
        }
        List<BeanMethod.Source<Request>> sources = new ArrayList<>();
        for (Parameter parameter : method.parameters()) {
            sources.add(source(method, parameter));
        }
        CompletionRef ref =
                complete.prompt().isEmpty()
                        ? new CompletionRef.ResourceRef(complete.resource())
                        : new CompletionRef.PromptRef(complete.prompt());
        return new CompletionSpec(
                ref,
                complete.argument(),
                (value, known, context) ->
                        completion(
                                method, method.call(sources, new Request(value, known), context)));
    }

    private static BeanMethod.Source<Request> source(BeanMethod method, Parameter parameter) {
        if (BeanMethod.isContext(parameter)) {
            return (request, context) -> context;
        }
        if (parameter.getType() == String.class) {
            return (request, context) -> request.value();
        }
        if (parameter.getType() == Map.class) {
            return (request, context) -> request.known();
        }
        throw method.wrong(
                "a completion takes a String, a Map<String, String> and a CallContext, not a "
                        + parameter.getType().getName());
    }

    private static Completion completion(BeanMethod method, @Nullable Object value) {
        return switch (value) {
            case Completion completion -> completion;
            case Collection<?> items -> Completion.of(items.stream().map(String::valueOf).toList());
            case null ->
                    throw new IllegalStateException(method.wrong("returned null").getMessage());
            default ->
                    throw new IllegalStateException(
                            method.wrong("returned a " + value.getClass().getName()).getMessage());
        };
    }
}
