/**
 * MCP over WebSocket (RFC 6455), server and client: one message a text frame, sub-protocol {@code
 * mcp}.
 *
 * <p>Entry classes: {@link io.erlmcp.websocket.WebSocketServer}, the handler of a path of an {@code
 * io.erlmcp.http.HttpServer}, and {@link io.erlmcp.websocket.WebSocketTransport}. This package
 * knows frames, and no MCP method, session or era.
 *
 * <p>Process model: a server connection lives on the loop of the HTTP connection it was. A client
 * connection has a virtual thread that writes; the JDK's client reads.
 */
@NullMarked
package io.erlmcp.websocket;

import org.jspecify.annotations.NullMarked;
