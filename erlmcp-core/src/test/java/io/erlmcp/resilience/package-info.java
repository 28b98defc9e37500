/** Tests of gates, bulkheads and circuit breakers. */
@NullMarked
package io.erlmcp.resilience;

import org.jspecify.annotations.NullMarked;
