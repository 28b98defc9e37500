/**
 * The andon cord: which components are stopped, since when and why, what was learned from each
 * stop, and a receipt of every action.
 *
 * <p>Entry classes: {@link io.erlmcp.andon.Andon} for the halt state, {@link
 * io.erlmcp.andon.Drains} for stopping in order, {@link io.erlmcp.andon.SavedStates} for what a
 * component leaves to its next run, {@link io.erlmcp.andon.ReceiptLog} for receipts. This package
 * knows no listener, no server and no session; whoever starts or calls components asks it.
 */
@NullMarked
package io.erlmcp.andon;

import org.jspecify.annotations.NullMarked;
