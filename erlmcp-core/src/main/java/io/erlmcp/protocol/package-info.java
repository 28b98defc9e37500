/**
 * The vocabulary of MCP, the same for every revision: records for what is sent, and the exceptions
 * and codes.
 *
 * <p>Nothing here knows JSON member names or revisions' differences; {@code wire} does. Absent
 * collections are empty, absent values are null.
 */
@NullMarked
package io.erlmcp.protocol;

import org.jspecify.annotations.NullMarked;
