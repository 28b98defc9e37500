/**
 * A load generator for MCP servers on this machine: it asks, checks every answer, and tells how
 * long the answers took.
 *
 * <p>Entry class: {@link io.erlmcp.bench.Bench}. It speaks HTTP/1.1 and stdio itself, with as
 * little work per request as it can, so that it is the server that is measured; it knows neither
 * the client nor the server of this repository, and nothing of the command line.
 *
 * <p>Process model: over HTTP one thread, the caller's, runs all connections on one selector. Over
 * stdio the caller's thread reads and one platform thread, which the run joins, writes.
 */
@NullMarked
package io.erlmcp.bench;

import org.jspecify.annotations.NullMarked;
