/**
 * How bytes reach the session layer, and how answers leave: the seam between engines (stdio,
 * sockets, HTTP) and MCP.
 *
 * <p>Entry class: {@link io.erlmcp.transport.Endpoint}, which the session layer implements and
 * every server transport calls. This package knows JSON-RPC framing, but no MCP method, session or
 * era.
 */
@NullMarked
package io.erlmcp.transport;

import org.jspecify.annotations.NullMarked;
