/**
 * What is done about failures: the recovery manager, which is the one function that the supervisors
 * of the tree ask before each restart, and the strategist, which is the steps that it orders.
 *
 * <p>Entry class: {@link io.erlmcp.recovery.Recovery}. What it decides is pure ({@link
 * io.erlmcp.recovery.RecoveryStep}); nothing here starts a component again. This package knows
 * neither the andon board nor upstream servers: the node gives it what it needs of them.
 */
@NullMarked
package io.erlmcp.recovery;

import org.jspecify.annotations.NullMarked;
