/**
 * The root of erlmcp; it holds packages only. Start reading at {@code io.erlmcp.server} or {@code
 * io.erlmcp.client}.
 */
@org.jspecify.annotations.NullMarked
package io.erlmcp;
