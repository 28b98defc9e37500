package io.erlmcp.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Name and version of a server or client; display data that nobody may trust. */
public record Implementation(
        String name,
        @Nullable String title,
        String version,
        @Nullable String description,
        @Nullable String websiteUrl,
        List<Icon> icons) {
    public Implementation {
        icons = List.copyOf(icons);
    }

    public static Implementation of(String name, String version) {
        return new Implementation(name, null, version, null, null, List.of());
    }
}
