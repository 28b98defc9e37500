/**
 * Time, timers and the only place that starts threads.
 *
 * <p>Entry classes: {@link io.erlmcp.runtime.Time}, {@link io.erlmcp.runtime.Timers}, {@link
 * io.erlmcp.runtime.Threads}. This package knows nothing of MCP; everything above gets its clock
 * and its threads here, so that tests and the simulator can put their own in place.
 */
@NullMarked
package io.erlmcp.runtime;

import org.jspecify.annotations.NullMarked;
