/**
 * Assembles the node out of all other packages, starts it, and stops it. Nothing imports this
 * package.
 *
 * <p>Entry classes: {@link io.erlmcp.node.Main} for the command line, {@link io.erlmcp.node.Node}
 * for what {@code serve} starts.
 */
@NullMarked
package io.erlmcp.node;

import org.jspecify.annotations.NullMarked;
