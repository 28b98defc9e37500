/** Fixture server and client of the official conformance suite, on the public API only. */
@NullMarked
package io.erlmcp.conformance;

import org.jspecify.annotations.NullMarked;
