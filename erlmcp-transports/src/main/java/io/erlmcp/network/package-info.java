/**
 * What all network servers share: listeners with a connection limit, event loops that look after
 * their connections' clocks, and connections that carry messages both ways within bounds.
 *
 * <p>Entry classes: {@link io.erlmcp.network.Listener}, which {@code http}, {@code tcp} and through
 * it the Unix domain sockets are made of, and {@link io.erlmcp.network.PeerConnection}, which is a
 * TCP or WebSocket peer. This package knows no framing, no MCP method, session or era.
 *
 * <p>Process model: a listener owns its event loops; a connection lives on one of them for its
 * whole life, and its state is touched by that loop alone, but for what other threads queue.
 */
@NullMarked
package io.erlmcp.network;

import org.jspecify.annotations.NullMarked;
