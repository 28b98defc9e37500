/**
 * The front door for clients: connect to a server of either era, call it, and answer what it asks.
 *
 * <p>Entry class: {@link io.erlmcp.client.McpClient}. This package knows no engine: paths to
 * servers come in as {@link io.erlmcp.transport.ClientTransport}, and what differs between
 * revisions is in {@code wire}.
 */
@NullMarked
package io.erlmcp.client;

import org.jspecify.annotations.NullMarked;
