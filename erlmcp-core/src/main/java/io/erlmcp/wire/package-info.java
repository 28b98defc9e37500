/**
 * How the vocabulary looks on the wire: one codec per era, with small deltas per revision. All
 * knowledge of member names and of what differs between revisions is here.
 *
 * <p>Entry class: {@link io.erlmcp.wire.Wire}. This package knows no session, no transport and no
 * user code.
 */
@NullMarked
package io.erlmcp.wire;

import org.jspecify.annotations.NullMarked;
