/**
 * HTTP/1.1 for MCP: framing, limits, time-outs, Host and Origin checks, server-sent event streams.
 *
 * <p>Entry class: {@link io.erlmcp.http.HttpServer}. This package knows no MCP method, session or
 * era; it hands whole requests to {@link io.erlmcp.transport.HttpHandler}.
 *
 * <p>Process model: a server owns its event loops and ends them in {@link
 * io.erlmcp.http.HttpServer#close}. A connection lives on one loop for its whole life; all of its
 * state is touched by that loop alone, except what answers and streams hand over through the loop's
 * queue. Time-outs are found by one sweep per loop, not by a timer per connection. No thread waits
 * for a peer.
 */
@NullMarked
package io.erlmcp.http;

import org.jspecify.annotations.NullMarked;
