package io.erlmcp.http;

import io.erlmcp.transport.HttpHandler;

/**
 * A path, matched exactly, and who answers its requests.
 *
 * @param isForProbes answered even on connections that the node does not let in while it holds back
 */
public record HttpRoute(String path, HttpHandler handler, boolean isForProbes) {
    public HttpRoute(String path, HttpHandler handler) {
        this(path, handler, false);
    }

    public HttpRoute {
        if (!path.startsWith("/") || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException(
                    "route path \"" + path + "\" must start with / and hold no query");
        }
    }
}
