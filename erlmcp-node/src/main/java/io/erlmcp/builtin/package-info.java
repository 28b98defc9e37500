/**
 * What a node offers that was given no plug-ins: a few small tools, resources and a prompt that
 * show what the protocol can do.
 *
 * <p>Entry class: {@link io.erlmcp.builtin.BuiltinProvider}. Uses the same interface as any
 * plug-in, and nothing else of the node.
 */
@NullMarked
package io.erlmcp.builtin;

import org.jspecify.annotations.NullMarked;
