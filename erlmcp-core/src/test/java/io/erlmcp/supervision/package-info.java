/** Tests of supervision: what is decided, and what real components live through. */
@NullMarked
package io.erlmcp.supervision;

import org.jspecify.annotations.NullMarked;
