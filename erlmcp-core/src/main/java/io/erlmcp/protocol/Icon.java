package io.erlmcp.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A picture for user interfaces: {@code src} is an https or data URI. */
public record Icon(
        String src, @Nullable String mimeType, List<String> sizes, @Nullable String theme) {
    public Icon {
        if (!src.startsWith("https://") && !src.startsWith("http://") && !src.startsWith("data:")) {
            throw new IllegalArgumentException("icon src must be an https or data URI: " + src);
        }
        sizes = List.copyOf(sizes);
    }
}
