/**
 * Who is calling and what they may do; sealing of what is handed to clients for safe-keeping.
 *
 * <p>Entry classes: {@link io.erlmcp.security.Authenticator}, {@link io.erlmcp.security.Principal}.
 * This package knows no transport and no method.
 */
@NullMarked
package io.erlmcp.security;

import org.jspecify.annotations.NullMarked;
