/** Tests of the guardian: its decisions, and what it measures in this JVM. */
@NullMarked
package io.erlmcp.guardian;

import org.jspecify.annotations.NullMarked;
