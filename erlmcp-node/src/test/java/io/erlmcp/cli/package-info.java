/** Tests of what the commands make of their words, and of how they ask people. */
@NullMarked
package io.erlmcp.cli;

import org.jspecify.annotations.NullMarked;
