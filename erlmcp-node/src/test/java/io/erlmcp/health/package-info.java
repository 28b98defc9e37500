/** Tests of the health checks: what turns a component, and what it costs others. */
@NullMarked
package io.erlmcp.health;

import org.jspecify.annotations.NullMarked;
