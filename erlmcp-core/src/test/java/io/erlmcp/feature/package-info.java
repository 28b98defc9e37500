/** Tests of what servers offer. */
@NullMarked
package io.erlmcp.feature;

import org.jspecify.annotations.NullMarked;
