/**
 * What keeps a part from taking others with it: gates, bulkheads and circuit breakers.
 *
 * <p>Entry classes: {@link io.erlmcp.resilience.CallGate}, {@link
 * io.erlmcp.resilience.CircuitBreaker}, {@link io.erlmcp.resilience.Bulkhead}. This package knows
 * nothing of MCP: methods and tools are names here.
 */
@NullMarked
package io.erlmcp.resilience;

import org.jspecify.annotations.NullMarked;
