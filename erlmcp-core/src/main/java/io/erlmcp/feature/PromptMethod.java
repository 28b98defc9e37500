package io.erlmcp.feature;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.PromptArgument;
import io.erlmcp.protocol.PromptMessage;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Turns a method with {@link Prompt} into a prompt. */
final class PromptMethod {
    private PromptMethod() {}

    static PromptSpec spec(BeanMethod method, Prompt prompt) {
        List<PromptArgument> arguments = new ArrayList<>();
        List<BeanMethod.Source<Map<String, String>>> sources = new ArrayList<>();
        for (Parameter parameter : method.parameters()) {
            if (BeanMethod.isContext(parameter)) {
                sources.add((input, context) -> context);
            } else {
                PromptArgument argument = argument(method, parameter);
                arguments.add(argument);
                sources.add(source(argument.name(), parameter));
            }
        }
        var definition =
                new io.erlmcp.protocol.Prompt(
                        prompt.name().isEmpty() ? method.name() : prompt.name(),
                        AnnotatedFeatures.orNull(prompt.title()),
                        AnnotatedFeatures.orNull(prompt.description()),
                        arguments,
                        List.of(),
                        JsonObject.EMPTY);
        checkReturnType(method);
        return PromptSpec.of(
                definition,
                (values, context) ->
                        result(
                                definition.description(),
                                method.call(sources, values, context),
                                method));
    }

    private static PromptArgument argument(BeanMethod method, Parameter parameter) {
        String name = method.nameOf(parameter);
        if (method.valueType(parameter) != String.class) {
            throw method.wrong(
                    "parameter " + name + " of a prompt must be a String or an Optional<String>");
        }
        Arg arg = parameter.getAnnotation(Arg.class);
        String description = arg == null ? null : AnnotatedFeatures.orNull(arg.description());
        return new PromptArgument(name, null, description, !BeanMethod.isOptional(parameter));
    }

    private static BeanMethod.Source<Map<String, String>> source(String name, Parameter parameter) {
        Arg arg = parameter.getAnnotation(Arg.class);
        String defaultValue = arg == null ? null : AnnotatedFeatures.orNull(arg.defaultValue());
        boolean wrap = parameter.getType() == Optional.class;
        return (input, context) -> {
            String sent = input.get(name);
            String value = sent == null ? defaultValue : sent;
            return wrap ? Optional.ofNullable(value) : value;
        };
    }

    private static void checkReturnType(BeanMethod method) {
        if (method.returnType() == void.class) {
            throw method.wrong("a prompt must return text, messages or a GetPromptResult");
        }
    }

    private static GetPromptResult result(
            @Nullable String description, @Nullable Object value, BeanMethod method) {
        return switch (value) {
            case GetPromptResult result -> result;
            case CharSequence text -> of(description, List.of(PromptMessage.user(text.toString())));
            case PromptMessage message -> of(description, List.of(message));
            case Collection<?> items -> {
                List<PromptMessage> messages = new ArrayList<>(items.size());
                for (Object item : items) {
                    if (!(item instanceof PromptMessage message)) {
                        throw new IllegalStateException(
                                method.wrong("returned a list of other things than messages")
                                        .getMessage());
                    }
                    messages.add(message);
                }
                yield of(description, messages);
            }
            case null ->
                    throw new IllegalStateException(method.wrong("returned null").getMessage());
            default ->
                    throw new IllegalStateException(
                            method.wrong("returned a " + value.getClass().getName()).getMessage());
        };
    }

    private static GetPromptResult of(@Nullable String description, List<PromptMessage> messages) {
        return new GetPromptResult(description, messages, JsonObject.EMPTY);
    }
}
