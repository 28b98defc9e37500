package io.erlmcp.feature;

import io.erlmcp.protocol.Icon;
import io.erlmcp.protocol.ResourceTemplate;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A family of resources and the code behind it. Immutable: every change makes another.
 *
 * <p>Of RFC 6570 these expressions are understood: <code>{var}</code>, <code>{+var}</code> (may
 * hold {@code /}), <code>
 * {/var}</code> (a path segment that may be absent) and, at the end, <code>{?a,b}</code> (query
 * parameters in any order, each may be absent). Values come percent-decoded: a handler that uses
 * one as a file name must expect {@code /} and {@code ..} in it.
 */
public record ResourceTemplateSpec(ResourceTemplate template, ResourceHandler handler)
        implements Feature {
    /**
     * @throws IllegalArgumentException when the template is not of the understood kind
     */
    public ResourceTemplateSpec {
        UriTemplate.parse(template.uriTemplate());
    }

    public static ResourceTemplateSpec of(ResourceTemplate template, ResourceHandler handler) {
        return new ResourceTemplateSpec(template, handler);
    }

    public static ResourceTemplateSpec of(
            String uriTemplate, String name, @Nullable String mimeType, ResourceHandler handler) {
        return of(ResourceTemplate.of(uriTemplate, name, mimeType), handler);
    }

    public String uriTemplate() {
        return template.uriTemplate();
    }

    public ResourceTemplateSpec title(String title) {
        return with(title, template.description(), template.icons());
    }

    public ResourceTemplateSpec description(String description) {
        return with(template.title(), description, template.icons());
    }

    public ResourceTemplateSpec icons(Icon... icons) {
        return with(template.title(), template.description(), List.of(icons));
    }

    private ResourceTemplateSpec with(
            @Nullable String title, @Nullable String description, List<Icon> icons) {
        ResourceTemplate changed =
                new ResourceTemplate(
                        template.uriTemplate(),
                        template.name(),
                        title,
                        description,
                        template.mimeType(),
                        template.annotations(),
                        icons,
                        template.meta());
        return new ResourceTemplateSpec(changed, handler);
    }
}
