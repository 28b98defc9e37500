package io.erlmcp.upstream;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.transport.TransportException;
import java.util.List;
import java.util.function.Supplier;

/** Lists of servers that may not have them, or not have them now. */
final class Lists {
    private Lists() {}

    /** Hears of a list that cannot be had now. */
    @FunctionalInterface
    interface Failure {
        void failed(String list, RuntimeException why);
    }

    /**
     * Shows one list; where that fails, what was shown before stays, and so do the other lists.
     *
     * @return false when it should be tried again
     * @throws TransportException when the server is lost
     */
    static boolean attempt(String list, Runnable show, Failure told) {
        try {
            show.run();
            return true;
        } catch (TransportException lost) {
            throw lost;
        } catch (RuntimeException e) {
            told.failed(list, e);
            return false;
        }
    }

    /** The list, or an empty one where the server does not know the method. */
    static <T> List<T> orNone(Supplier<List<T>> list) {
        try {
            return list.get();
        } catch (McpException e) {
            if (e.code() == ErrorCode.METHOD_NOT_FOUND) {
                return List.of();
            }
            throw e;
        }
    }
}
