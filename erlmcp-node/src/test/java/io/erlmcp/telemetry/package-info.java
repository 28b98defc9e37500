/** Tests of log lines and metrics. */
@NullMarked
package io.erlmcp.telemetry;

import org.jspecify.annotations.NullMarked;
