/** Tests of {@code io.erlmcp.tls}. */
@NullMarked
package io.erlmcp.tls;

import org.jspecify.annotations.NullMarked;
