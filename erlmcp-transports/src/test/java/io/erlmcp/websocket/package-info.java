/** Tests of {@code io.erlmcp.websocket}. */
@NullMarked
package io.erlmcp.websocket;

import org.jspecify.annotations.NullMarked;
