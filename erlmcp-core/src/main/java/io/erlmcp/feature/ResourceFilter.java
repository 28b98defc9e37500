package io.erlmcp.feature;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.McpException;
import org.jspecify.annotations.Nullable;

/**
 * What a subscription covers: one resource, all whose URI begins with a prefix, or all that a URI
 * template names. Equal when they cover the same by the same words.
 */
public final class ResourceFilter {
    /** The member of {@code _meta} that says how the text of a subscription is meant. */
    public static final String META_KEY = "io.erlmcp/match";

    /** What servers with filters declare: an extension; in the legacy era an experiment. */
    public static final String CAPABILITY = "io.erlmcp/subscription-filters";

    /** Behind a prefix where filters are kept as texts; neither a URI nor a template ends so. */
    private static final String PREFIX_MARK = "{*}";

    private final String text;
    private final String begin;
    private final boolean isExact;
    private final @Nullable UriTemplate template;

    private ResourceFilter(
            String text, String begin, boolean isExact, @Nullable UriTemplate template) {
        this.text = text;
        this.begin = begin;
        this.isExact = isExact;
        this.template = template;
    }

    private static ResourceFilter exact(String uri) {
        return new ResourceFilter(uri, uri, true, null);
    }

    private static ResourceFilter prefix(String prefix) {
        return new ResourceFilter(prefix + PREFIX_MARK, prefix, false, null);
    }

    /**
     * Reads what a client subscribes to.
     *
     * @param match {@code exact}, {@code prefix} or {@code template}; null to tell a template by
     *     its brace, which no URI has
     * @throws McpException -32602 that names what is wrong
     */
    public static ResourceFilter of(String text, @Nullable String match) {
        boolean hasBrace = text.indexOf('{') >= 0;
        String kind = match != null ? match : hasBrace ? "template" : "exact";
        return switch (kind) {
            case "exact" -> exact(withoutBrace(text, "URI", hasBrace));
            case "prefix" -> {
                if (text.isEmpty()) {
                    throw McpException.invalidParams(
                            "a prefix to subscribe to has at least 1 character");
                }
                yield prefix(withoutBrace(text, "prefix", hasBrace));
            }
            case "template" -> template(text);
            default ->
                    throw McpException.invalidParams(
                            "_meta member '"
                                    + META_KEY
                                    + "': expected exact, prefix or template, was "
                                    + match);
        };
    }

    private static String withoutBrace(String text, String what, boolean hasBrace) {
        if (hasBrace) {
            throw McpException.invalidParams(
                    "a " + what + " to subscribe to has no '{', got " + text);
        }
        return text;
    }

    private static ResourceFilter template(String text) {
        UriTemplate template;
        try {
            template = UriTemplate.parse(text);
        } catch (IllegalArgumentException e) {
            throw McpException.invalidParams(String.valueOf(e.getMessage()));
        }
        if (template.begin().isEmpty()) {
            throw McpException.invalidParams(
                    "a template to subscribe to begins with text, got " + text);
        }
        return new ResourceFilter(text, template.begin(), false, template);
    }

    /**
     * All resources whose URI begins so.
     *
     * @throws McpException -32602 where it is empty, or has a brace
     */
    public static ResourceFilter ofPrefix(String begin) {
        return of(begin, "prefix");
    }

    /**
     * All resources that a URI template names, which begins with text: {@code file:///logs/{day}}.
     *
     * @throws McpException -32602 that names what is wrong
     */
    public static ResourceFilter ofTemplate(String template) {
        return of(template, "template");
    }

    /** Reads what {@link #text} wrote; what is no template any more counts as a URI. */
    public static ResourceFilter kept(String text) {
        return text.endsWith(PREFIX_MARK)
                ? prefix(text.substring(0, text.length() - PREFIX_MARK.length()))
                : ofText(text);
    }

    /** A URI template, or where it is none a URI: what a subscription means that says no more. */
    public static ResourceFilter ofText(String text) {
        try {
            return of(text, null);
        } catch (McpException noTemplate) {
            return exact(text);
        }
    }

    public boolean matches(String uri) {
        UriTemplate family = template;
        if (family != null) {
            return family.match(uri).isPresent();
        }
        return isExact ? uri.equals(begin) : uri.startsWith(begin);
    }

    /** The text by which a subscription asks for it, together with {@link #meta}. */
    public String asked() {
        return isPrefix() ? begin : text;
    }

    /** What the {@code _meta} of a subscription has to say; empty where the text says it all. */
    public JsonObject meta() {
        return isPrefix() ? JsonObject.of(META_KEY, "prefix") : JsonObject.EMPTY;
    }

    /** Whether it covers all whose URI begins with {@link #begin}. */
    public boolean isPrefix() {
        return !isExact && template == null;
    }

    /** Whether it covers one resource alone. */
    public boolean isExact() {
        return isExact;
    }

    /** How the URI of each resource that it covers begins. */
    public String begin() {
        return begin;
    }

    /** The text under which it is kept; {@link #kept} reads it. */
    public String text() {
        return text;
    }

    @Override
    public boolean equals(Object other) {
        return other instanceof ResourceFilter that && text.equals(that.text);
    }

    @Override
    public int hashCode() {
        return text.hashCode();
    }

    @Override
    public String toString() {
        return text;
    }
}
