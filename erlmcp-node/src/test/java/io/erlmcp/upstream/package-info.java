/** Tests of upstream servers. */
@NullMarked
package io.erlmcp.upstream;

import org.jspecify.annotations.NullMarked;
