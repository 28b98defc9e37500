/** Tests of the node as operators see it: real processes, real sockets. */
@NullMarked
package io.erlmcp.node;

import org.jspecify.annotations.NullMarked;
