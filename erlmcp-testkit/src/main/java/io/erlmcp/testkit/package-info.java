/**
 * What users and our own tests test with: fluent assertions, scripted peers, transcripts. It knows
 * core only.
 */
@NullMarked
package io.erlmcp.testkit;

import org.jspecify.annotations.NullMarked;
