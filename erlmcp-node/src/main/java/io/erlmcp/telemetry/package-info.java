/**
 * What leaves the node for people who watch it: log lines on stderr, and metrics.
 *
 * <p>Entry classes: {@link io.erlmcp.telemetry.Logs}, {@link io.erlmcp.telemetry.Metrics}. This
 * package hears of everything through events and asks nobody.
 */
@NullMarked
package io.erlmcp.telemetry;

import org.jspecify.annotations.NullMarked;
