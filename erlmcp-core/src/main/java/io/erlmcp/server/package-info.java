/**
 * The front door for servers: assembly, and nothing else.
 *
 * <p>Entry class: {@link io.erlmcp.server.McpServer}. Everything below is put together here.
 */
@NullMarked
package io.erlmcp.server;

import org.jspecify.annotations.NullMarked;
