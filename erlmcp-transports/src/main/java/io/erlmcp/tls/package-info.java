/**
 * TLS in front of every network transport: 1.3 only, two cipher suites, certificates of clients
 * where they are asked for.
 *
 * <p>Entry classes: {@link io.erlmcp.tls.ServerTls} and {@link io.erlmcp.tls.ClientTls}. This
 * package knows connections and certificates, and nothing of what is said on a connection.
 *
 * <p>Process model: no thread; a handshake runs on its connection's loop, or on the client's
 * thread.
 */
@NullMarked
package io.erlmcp.tls;

import org.jspecify.annotations.NullMarked;
