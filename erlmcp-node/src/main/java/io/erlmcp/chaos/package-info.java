/**
 * Experiments that break a node on purpose and look whether it does what the documents promise: a
 * real node for each, real child processes behind it, real faults. {@link io.erlmcp.chaos.Chaos} is
 * the entry. Knows a node only from outside: its ports, its standard error, its exit code.
 */
@NullMarked
package io.erlmcp.chaos;

import org.jspecify.annotations.NullMarked;
