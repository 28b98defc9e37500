package io.erlmcp.feature;

import org.jspecify.annotations.Nullable;

/** A hint in an annotation: yes, no, or not said, which leaves the specification's default. */
public enum Hint {
    UNSET(null),
    YES(true),
    NO(false);

    private final @Nullable Boolean value;

    Hint(@Nullable Boolean value) {
        this.value = value;
    }

    @Nullable Boolean value() {
        return value;
    }
}
