/**
 * Newline-delimited JSON-RPC over TCP and Unix domain sockets: server and client.
 *
 * <p>Entry classes: {@link io.erlmcp.tcp.TcpServer} and {@link io.erlmcp.tcp.SocketTransport}. This
 * package knows lines and sockets, and no MCP method, session or era.
 *
 * <p>Process model: a server owns its event loops; a connection lives on one of them. A client
 * connection has a virtual thread that reads and one that writes.
 */
@NullMarked
package io.erlmcp.tcp;

import org.jspecify.annotations.NullMarked;
