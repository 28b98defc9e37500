/**
 * Assembles the node out of all other packages; {@link io.erlmcp.node.Main} is the entry. Nothing
 * imports this package.
 */
@NullMarked
package io.erlmcp.node;

import org.jspecify.annotations.NullMarked;
