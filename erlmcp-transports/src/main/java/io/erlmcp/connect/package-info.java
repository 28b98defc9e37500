/**
 * The way to a server from what a user wrote: a URL of any transport, or a command line.
 *
 * <p>Entry class: {@link io.erlmcp.connect.Target}. This package chooses among the client
 * transports; it knows no message and no method.
 */
@NullMarked
package io.erlmcp.connect;

import org.jspecify.annotations.NullMarked;
