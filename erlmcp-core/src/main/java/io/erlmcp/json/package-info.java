/**
 * JSON text, values, binding and schemas: the seam in front of the JSON libraries, and their only
 * importer.
 *
 * <p>{@link io.erlmcp.json.EnvelopeScanner} is where a message enters: one pass over the bytes
 * proves them well formed and finds the parts that routing needs. {@link io.erlmcp.json.Json}
 * builds values, {@link io.erlmcp.json.JsonWriter} writes them, {@link io.erlmcp.json.JsonBinder}
 * maps records, {@link io.erlmcp.json.JsonSchema} checks arguments.
 *
 * <p>It must not know what a message means: no methods, no error codes, no eras. The few member
 * names that the scanner looks for are bytes to it.
 */
@NullMarked
package io.erlmcp.json;

import org.jspecify.annotations.NullMarked;
