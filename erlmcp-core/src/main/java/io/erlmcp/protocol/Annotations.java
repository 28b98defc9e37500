package io.erlmcp.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** Hints about content: for whom, how important (0 to 1), and when it last changed (ISO 8601). */
public record Annotations(
        List<Role> audience, @Nullable Double priority, @Nullable String lastModified) {
    public Annotations {
        audience = List.copyOf(audience);
        if (priority != null && !(priority >= 0 && priority <= 1)) {
            throw new IllegalArgumentException("priority must be between 0 and 1: " + priority);
        }
    }
}
