/**
 * Who is on the line: sessions of the legacy era, single requests of the modern one, and what
 * reaches them unasked.
 *
 * <p>Entry class: {@link io.erlmcp.session.ServerEndpoint}, which every transport calls. Live
 * objects ({@link io.erlmcp.session.LegacySession}) hold streams and calls in progress; what must
 * survive them is a {@link io.erlmcp.session.SessionRecord} in a {@link
 * io.erlmcp.session.SessionStore}. This package knows no engine (sockets, HTTP servers) and no user
 * code.
 */
@NullMarked
package io.erlmcp.session;

import org.jspecify.annotations.NullMarked;
