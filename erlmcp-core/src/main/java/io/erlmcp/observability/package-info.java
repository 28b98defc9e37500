/**
 * Everything that happens, as events on one seam: metrics, traces, logs, audit and dashboards are
 * observers.
 *
 * <p>Entry classes: {@link io.erlmcp.observability.Event}, {@link
 * io.erlmcp.observability.Observer}. This package knows none of the events themselves; each package
 * has its own sealed family.
 */
@NullMarked
package io.erlmcp.observability;

import org.jspecify.annotations.NullMarked;
