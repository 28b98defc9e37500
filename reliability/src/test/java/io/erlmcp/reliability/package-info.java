/**
 * The programs of the guarantees, tiny, and the security headings as tests from outside: a node is
 * a process here, and a peer is a bare socket.
 */
@NullMarked
package io.erlmcp.reliability;

import org.jspecify.annotations.NullMarked;
