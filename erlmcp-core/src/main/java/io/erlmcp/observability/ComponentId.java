package io.erlmcp.observability;

import org.jspecify.annotations.Nullable;

/**
 * The name of something that lives long, as a path in the tree of its node: {@code listeners/http},
 * {@code upstreams/github}, {@code tools/forecast}. Whatever operates on components (health, andon,
 * recovery, metrics) uses these.
 *
 * @param path segments of letters, digits, {@code _ . -} with slashes between them, {@value
 *     #MAX_LENGTH} characters at most; {@code node} is the whole node
 */
public record ComponentId(String path) implements Comparable<ComponentId> {
    /** The whole node: what holds for it holds for every component. */
    public static final ComponentId NODE = new ComponentId("node");

    public static final int MAX_LENGTH = 200;

    public ComponentId {
        if (path.length() > MAX_LENGTH) {
            throw new IllegalArgumentException(
                    "a component's path has "
                            + path.length()
                            + " characters, at most "
                            + MAX_LENGTH
                            + " are allowed");
        }
        boolean hasSegment = false;
        for (int i = 0; i < path.length(); i++) {
            char c = path.charAt(i);
            if (c == '/' ? !hasSegment : !isPlain(c)) {
                throw invalid(path);
            }
            hasSegment = c != '/';
        }
        if (!hasSegment) {
            throw invalid(path);
        }
    }

    /** The component {@code first/second/..}. */
    public static ComponentId of(String first, String... others) {
        return others.length == 0
                ? new ComponentId(first)
                : new ComponentId(first + '/' + String.join("/", others));
    }

    private static IllegalArgumentException invalid(String path) {
        return new IllegalArgumentException(
                "\""
                        + path
                        + "\" is no component: expected a path such as upstreams/github, of"
                        + " letters, digits, '_', '.' and '-'");
    }

    private static boolean isPlain(char c) {
        return c < 128 && (Character.isLetterOrDigit(c) || c == '_' || c == '.' || c == '-');
    }

    public ComponentId child(String name) {
        return new ComponentId(path + '/' + name);
    }

    /** Whether this is {@code other} or lies below it; everything lies below {@link #NODE}. */
    public boolean isWithin(ComponentId other) {
        return other.equals(NODE) || path.equals(other.path) || path.startsWith(other.path + '/');
    }

    @Override
    public int compareTo(ComponentId other) {
        return path.compareTo(other.path);
    }

    @Override
    public String toString() {
        return path;
    }

    // Those of a record are made by the JDK when first called, which each start would wait for.

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ComponentId id && path.equals(id.path);
    }

    @Override
    public int hashCode() {
        return path.hashCode();
    }
}
