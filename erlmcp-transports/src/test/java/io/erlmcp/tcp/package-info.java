/** Tests of {@code io.erlmcp.tcp}. */
@NullMarked
package io.erlmcp.tcp;

import org.jspecify.annotations.NullMarked;
