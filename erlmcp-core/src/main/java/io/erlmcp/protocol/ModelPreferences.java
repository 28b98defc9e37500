package io.erlmcp.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which model a server would like, as hints (parts of names) and priorities from 0 to 1. */
public record ModelPreferences(
        List<String> hints,
        @Nullable Double costPriority,
        @Nullable Double speedPriority,
        @Nullable Double intelligencePriority) {
    public ModelPreferences {
        hints = List.copyOf(hints);
    }
}
