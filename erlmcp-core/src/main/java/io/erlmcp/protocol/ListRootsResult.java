package io.erlmcp.protocol;

import java.util.List;

/** The client's roots. */
public record ListRootsResult(List<Root> roots) implements InputResponse {
    public ListRootsResult {
        roots = List.copyOf(roots);
    }
}
