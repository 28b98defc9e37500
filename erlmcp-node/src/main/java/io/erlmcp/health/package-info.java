/**
 * Whether the node lives and takes requests, for probes and people.
 *
 * <p>Entry classes: {@link io.erlmcp.health.Health}, {@link io.erlmcp.health.HealthPages}. This
 * package knows no listener and no server; others tell it.
 */
@NullMarked
package io.erlmcp.health;

import org.jspecify.annotations.NullMarked;
