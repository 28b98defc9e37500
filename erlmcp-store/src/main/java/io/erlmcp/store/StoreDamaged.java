package io.erlmcp.store;

import org.jspecify.annotations.Nullable;

/** The store on the disk is not what was written, or of another version; it was not opened. */
public final class StoreDamaged extends Exception {
    private static final long serialVersionUID = 1;

    StoreDamaged(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
