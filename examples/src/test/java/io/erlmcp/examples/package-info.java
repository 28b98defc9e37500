/** Runs the examples and the programs of the README. */
@NullMarked
package io.erlmcp.examples;

import org.jspecify.annotations.NullMarked;
