/**
 * Upstream servers behind the node's own endpoint: what they offer stands in the node's lists, and
 * calls of it are passed on, guarded.
 *
 * <p>Entry classes: {@link io.erlmcp.upstream.Upstreams} for the node, {@link
 * io.erlmcp.upstream.Upstream} for one server. This package does not read the configuration, starts
 * nothing again by itself but connections to servers on a network, and knows no operators.
 */
@NullMarked
package io.erlmcp.upstream;

import org.jspecify.annotations.NullMarked;
