/** Whole conversations: against the official schemas, and with peers that none of us wrote. */
@NullMarked
package io.erlmcp.conformance;

import org.jspecify.annotations.NullMarked;
