/** Tests of the andon cord. */
@NullMarked
package io.erlmcp.andon;

import org.jspecify.annotations.NullMarked;
