/**
 * JSON-RPC 2.0 as MCP uses it: ids, the three kinds of message, and how they are written.
 *
 * <p>Entry class: {@link io.erlmcp.rpc.RpcMessage}. This package knows no MCP method, no era and no
 * transport.
 */
@NullMarked
package io.erlmcp.rpc;

import org.jspecify.annotations.NullMarked;
