/**
 * What users and our own tests test with: fluent assertions for calls ({@link ClientAssertions}),
 * scripted peers ({@link ScriptedServer}, {@link ScriptedClient}), transcripts ({@link
 * Transcript}), a transport that fails on purpose ({@link FaultyTransport}), and the simulator of
 * pure decisions ({@link Simulation}).
 *
 * <p>It knows core only: no network engine, no node. What it wraps and scripts works over any
 * transport all the same.
 */
@NullMarked
package io.erlmcp.testkit;

import org.jspecify.annotations.NullMarked;
