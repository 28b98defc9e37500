package io.erlmcp.feature;

import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.Resource;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A resource with a fixed URI and the code behind it. Immutable: every change makes another. */
public record ResourceSpec(Resource resource, ResourceHandler handler) implements Feature {
    public ResourceSpec {
        if (resource.uri().isEmpty()) {
            throw new IllegalArgumentException(
                    "resource " + resource.name() + ": uri must not be empty");
        }
    }

    public static ResourceSpec of(Resource resource, ResourceHandler handler) {
        return new ResourceSpec(resource, handler);
    }

    public static ResourceSpec of(
            String uri, String name, @Nullable String mimeType, ResourceHandler handler) {
        return of(Resource.of(uri, name, mimeType), handler);
    }

    public String uri() {
        return resource.uri();
    }

    public ResourceSpec title(String title) {
        return with(title, resource.description(), resource.icons());
    }

    public ResourceSpec description(String description) {
        return with(resource.title(), description, resource.icons());
    }

    public ResourceSpec icons(Icon... icons) {
        return with(resource.title(), resource.description(), List.of(icons));
    }

    private ResourceSpec with(
            @Nullable String title, @Nullable String description, List<Icon> icons) {
        Resource changed =
                new Resource(
                        resource.uri(),
                        resource.name(),
                        title,
                        description,
                        resource.mimeType(),
                        resource.annotations(),
                        resource.size(),
                        icons,
                        resource.meta());
        return new ResourceSpec(changed, handler);
    }
}
