package io.erlmcp.feature;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CacheHint;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.ResourceContents;
import java.lang.reflect.Parameter;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Turns a method with {@link Resource} or {@link ResourceTemplate} into a resource or a family of
 * them.
 */
final class ResourceMethod {
    private static final String URI = "uri";

    /** What a client asks for. */
    private record Request(String uri, Map<String, String> variables) {}

    private ResourceMethod() {}

    static ResourceSpec spec(BeanMethod method, Resource resource) {
        var definition =
                new io.erlmcp.protocol.Resource(
                        resource.uri(),
                        resource.name().isEmpty() ? method.name() : resource.name(),
                        AnnotatedFeatures.orNull(resource.title()),
                        AnnotatedFeatures.orNull(resource.description()),
                        AnnotatedFeatures.orNull(resource.mimeType()),
                        null,
                        null,
                        List.of(),
                        JsonObject.EMPTY);
        return ResourceSpec.of(definition, handler(method, Set.of(), definition.mimeType()));
    }

    static ResourceTemplateSpec spec(BeanMethod method, ResourceTemplate template) {
        var definition =
                new io.erlmcp.protocol.ResourceTemplate(
                        template.uriTemplate(),
                        template.name().isEmpty() ? method.name() : template.name(),
                        AnnotatedFeatures.orNull(template.title()),
                        AnnotatedFeatures.orNull(template.description()),
                        AnnotatedFeatures.orNull(template.mimeType()),
                        null,
                        List.of(),
                        JsonObject.EMPTY);
        Set<String> names;
        try {
            names = UriTemplate.parse(template.uriTemplate()).names();
        } catch (IllegalArgumentException e) {
            throw method.wrong(String.valueOf(e.getMessage()));
        }
        return ResourceTemplateSpec.of(definition, handler(method, names, definition.mimeType()));
    }

    private static ResourceHandler handler(
            BeanMethod method, Set<String> variables, @Nullable String mimeType) {
        if (method.returnType() == void.class) {
            throw method.wrong(
                    "a resource must return text, bytes, contents or a ReadResourceResult");
        }
        List<BeanMethod.Source<Request>> sources = new ArrayList<>();
        for (Parameter parameter : method.parameters()) {
            sources.add(source(method, parameter, variables));
        }
        return (uri, values, context) -> {
            Object value = method.call(sources, new Request(uri, values), context);
            return new ReadResourceResult(
                    contents(method, uri, mimeType, value), cache(value), JsonObject.EMPTY);
        };
    }

    private static BeanMethod.Source<Request> source(
            BeanMethod method, Parameter parameter, Set<String> variables) {
        if (BeanMethod.isContext(parameter)) {
            return (request, context) -> context;
        }
        String name = method.nameOf(parameter);
        if (method.valueType(parameter) != String.class) {
            throw method.wrong(
                    "parameter " + name + " of a resource must be a String or an Optional<String>");
        }
        boolean wrap = parameter.getType() == Optional.class;
        if (variables.contains(name)) {
            return (request, context) -> {
                String value = request.variables().get(name);
                return wrap ? Optional.ofNullable(value) : value;
            };
        }
        if (name.equals(URI) && !wrap) {
            return (request, context) -> request.uri();
        }
        throw method.wrong(
                "parameter "
                        + name
                        + " is neither "
                        + URI
                        + " nor one of the variables "
                        + variables.stream().sorted().toList());
    }

    private static CacheHint cache(@Nullable Object value) {
        return value instanceof ReadResourceResult result ? result.cache() : CacheHint.NONE;
    }

    private static List<ResourceContents> contents(
            BeanMethod method, String uri, @Nullable String mimeType, @Nullable Object value) {
        return switch (value) {
            case ReadResourceResult result -> result.contents();
            case CharSequence text ->
                    List.of(
                            ResourceContents.text(
                                    uri,
                                    mimeType == null ? "text/plain" : mimeType,
                                    text.toString()));
            case byte[] bytes ->
                    List.of(
                            ResourceContents.blob(
                                    uri,
                                    mimeType == null ? "application/octet-stream" : mimeType,
                                    bytes));
            case ResourceContents contents -> List.of(contents);
            case Collection<?> items -> {
                List<ResourceContents> all = new ArrayList<>(items.size());
                for (Object item : items) {
                    all.addAll(contents(method, uri, mimeType, item));
                }
                yield all;
            }
            case null ->
                    throw new IllegalStateException(method.wrong("returned null").getMessage());
            default ->
                    throw new IllegalStateException(
                            method.wrong("returned a " + value.getClass().getName()).getMessage());
        };
    }
}
