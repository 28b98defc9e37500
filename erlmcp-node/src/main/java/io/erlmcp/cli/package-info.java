/**
 * The commands that talk to servers: {@code list}, {@code call}, {@code read}, {@code prompt}; and
 * those that look at the configuration.
 *
 * <p>Entry class: {@link io.erlmcp.cli.CommandLineParts}. Results go to stdout, everything else to
 * stderr. This package uses the client and the configuration, and knows nothing of the node that
 * {@code serve} starts.
 */
@NullMarked
package io.erlmcp.cli;

import org.jspecify.annotations.NullMarked;
