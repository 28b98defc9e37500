package io.erlmcp.recovery;

import io.erlmcp.observability.ComponentId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a failure is taken for.
 *
 * @param count failures in a row, this one included
 * @param same of them with the same error as this one, without another between them
 * @param root what failed first, where it is a cascade
 */
public record Diagnosis(
        FailureClass type,
        int count,
        int same,
        @Nullable ComponentId root,
        List<Pattern> patterns) {
    public Diagnosis {
        patterns = List.copyOf(patterns);
    }
}
