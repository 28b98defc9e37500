package io.erlmcp.andon;

import io.erlmcp.observability.ComponentId;
import java.nio.charset.StandardCharsets;
import java.util.Set;

/**
 * The components that requests call: {@code tools/NAME}, {@code prompts/NAME} and {@code
 * resources/URI}. Where a name has what no path may have, each such byte is written as an
 * underscore and two hexadecimal digits.
 */
public final class Components {
    /** Where the servers behind the node are: {@code upstreams/NAME}. */
    public static final ComponentId UPSTREAMS = ComponentId.of("upstreams");

    static final String TOOLS = "tools";
    static final String PROMPTS = "prompts";
    static final String RESOURCES = "resources";
    private static final Set<String> CALLED = Set.of(TOOLS, PROMPTS, RESOURCES);

    /** Digits of the hash that stands for the rest of a name that is too long. */
    private static final int HASH_DIGITS = 16;

    private Components() {}

    /** The component that a tool is. */
    public static ComponentId tool(String name) {
        return of(TOOLS, name);
    }

    /** The component that a prompt is. */
    public static ComponentId prompt(String name) {
        return of(PROMPTS, name);
    }

    /** The component that a resource is. */
    public static ComponentId resource(String uri) {
        return of(RESOURCES, uri);
    }

    static ComponentId of(String kind, String name) {
        if (kind.equals(TOOLS) && isPath(name)) {
            return new ComponentId(kind + '/' + name);
        }
        StringBuilder path = new StringBuilder(kind).append('/');
        for (byte b : name.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            if (isPlain(c)) {
                path.append(c);
            } else {
                path.append('_').append("%02X".formatted((int) c));
            }
        }
        if (path.length() > ComponentId.MAX_LENGTH) {
            String hash = WholeFile.sha256(name.getBytes(StandardCharsets.UTF_8));
            path.setLength(ComponentId.MAX_LENGTH - HASH_DIGITS);
            path.append(hash, 0, HASH_DIGITS);
        }
        return new ComponentId(path.toString());
    }

    private static boolean isPath(String name) {
        try {
            var _ = new ComponentId(TOOLS + '/' + name);
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static boolean isPlain(char c) {
        return c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-');
    }

    /**
     * The component that an operator means: a path, or {@code tools/}, {@code prompts/} or {@code
     * resources/} with a name or URI behind it as clients know it.
     *
     * @throws IllegalArgumentException when it is neither
     */
    public static ComponentId parse(String text) {
        int slash = text.indexOf('/');
        String kind = slash < 0 ? "" : text.substring(0, slash);
        return CALLED.contains(kind) && slash + 1 < text.length()
                ? of(kind, text.substring(slash + 1))
                : new ComponentId(text);
    }
}
