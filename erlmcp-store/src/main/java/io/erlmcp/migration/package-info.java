/**
 * Moves sessions from one store to another under a running node: every write goes to both, reads go
 * to one and fall back to the other, and what a store missed is brought to it.
 *
 * <p>Entry class: {@link io.erlmcp.migration.MigratingStore}. This package knows stores by their
 * interfaces only, and no engine.
 */
@NullMarked
package io.erlmcp.migration;

import org.jspecify.annotations.NullMarked;
