/** Tests of events and who hears of them. */
@NullMarked
package io.erlmcp.observability;

import org.jspecify.annotations.NullMarked;
