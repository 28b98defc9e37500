package io.erlmcp.recovery;

import java.io.IOException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** What the node itself had too little of when something failed. */
public enum Shortage {
    MEMORY,
    THREADS,
    DESCRIPTORS;

    private static final int MAX_CAUSES = 5;

    /**
     * Read off what the JVM and the kernel said to this process. What a child or a server far away
     * says of itself comes as the text of other exceptions, and is no reason to hold the node back.
     *
     * @return null where the node had enough, as far as can be seen
     */
    static @Nullable Shortage of(@Nullable Throwable first) {
        Throwable cause = first;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            Shortage found = ofOne(cause);
            if (found != null) {
                return found;
            }
            cause = cause.getCause();
        }
        return null;
    }

    private static @Nullable Shortage ofOne(Throwable cause) {
        String message = cause.getMessage();
        String said = message == null ? "" : message.toLowerCase(Locale.ROOT);
        if (cause instanceof OutOfMemoryError) {
            return said.contains("native thread") ? THREADS : MEMORY;
        }
        if (!(cause instanceof IOException)) {
            return null;
        }
        if (said.contains("too many open files")) {
            return DESCRIPTORS;
        }
        return said.contains("cannot allocate memory") ? MEMORY : null;
    }
}
