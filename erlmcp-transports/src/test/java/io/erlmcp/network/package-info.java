/** Tests of {@code io.erlmcp.network}. */
@NullMarked
package io.erlmcp.network;

import org.jspecify.annotations.NullMarked;
