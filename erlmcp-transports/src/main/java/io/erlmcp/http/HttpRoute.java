package io.erlmcp.http;

import io.erlmcp.transport.HttpHandler;

/** A path, matched exactly, and who answers its requests. */
public record HttpRoute(String path, HttpHandler handler) {
    public HttpRoute {
        if (!path.startsWith("/") || path.indexOf('?') >= 0) {
            throw new IllegalArgumentException(
                    "route path \"" + path + "\" must start with / and hold no query");
        }
    }
}
