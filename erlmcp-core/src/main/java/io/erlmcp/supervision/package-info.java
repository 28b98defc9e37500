/**
 * Keeps what lives long alive: a tree of supervisors that start components, hear of their end, and
 * start them again, or do not.
 *
 * <p>Only a supervisor starts a component again, and it asks a {@link
 * io.erlmcp.supervision.RestartAdvisor} first. This package knows nothing of MCP, sessions or
 * operators.
 */
@NullMarked
package io.erlmcp.supervision;

import org.jspecify.annotations.NullMarked;
