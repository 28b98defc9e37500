/**
 * What keeps a part from taking others with it: gates, bulkheads and circuit breakers.
 *
 * <p>Entry class: {@link io.erlmcp.resilience.CallGate}. This package knows nothing of MCP: methods
 * and tools are names here.
 */
@NullMarked
package io.erlmcp.resilience;

import org.jspecify.annotations.NullMarked;
