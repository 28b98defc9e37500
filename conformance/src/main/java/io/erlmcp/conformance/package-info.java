/**
 * The server and the client that the official conformance suite tests, and the tools that outside
 * tests of a node rely on. Uses nothing but what any user of erlmcp may use.
 *
 * <p>Entry class: {@link io.erlmcp.conformance.FixtureProvider}, loaded by {@code
 * conformance/fixture.yaml}.
 */
@NullMarked
package io.erlmcp.conformance;

import org.jspecify.annotations.NullMarked;
