package io.erlmcp.upstream;

import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import java.util.List;
import java.util.function.Supplier;

/** Lists of servers that may not have them. */
final class Lists {
    private Lists() {}

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
