/**
 * Watches what the node may run out of: warns, holds back, and ends the node before the system
 * does.
 *
 * <p>Entry class: {@link io.erlmcp.guardian.Guardian}; what it decides is {@link
 * io.erlmcp.guardian.GuardianStep}, a pure function. This package knows no server and no listener:
 * it is given what it measures, and a {@link io.erlmcp.resilience.Brake} to pull.
 */
@NullMarked
package io.erlmcp.guardian;

import org.jspecify.annotations.NullMarked;
