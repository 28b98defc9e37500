/**
 * Keeps what lives long alive: a tree of supervisors that start components, hear of their end, and
 * start them again, or do not.
 *
 * <p>Entry class: {@link io.erlmcp.supervision.Supervisor}. Only a supervisor starts a component
 * again, and it asks a {@link io.erlmcp.supervision.RestartAdvisor} and a {@link
 * io.erlmcp.supervision.StartGate} first. What it decides is pure ({@link
 * io.erlmcp.supervision.GroupDecision}); threads only carry it out. This package knows nothing of
 * MCP, sessions or operators.
 *
 * <p>Links and monitors: a supervisor and its children are linked, by their {@link
 * io.erlmcp.supervision.ComponentFactory.Life} downwards and by {@link
 * io.erlmcp.supervision.Component#stop} upwards. Everybody else only observes {@link
 * io.erlmcp.supervision.SupervisionEvent}s, which name the component and need no clean-up.
 */
@NullMarked
package io.erlmcp.supervision;

import org.jspecify.annotations.NullMarked;
