/** Tests of {@code io.erlmcp.connect}. */
@NullMarked
package io.erlmcp.connect;

import org.jspecify.annotations.NullMarked;
