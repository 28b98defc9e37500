/** Tests of recovery. */
@NullMarked
package io.erlmcp.recovery;

import org.jspecify.annotations.NullMarked;
