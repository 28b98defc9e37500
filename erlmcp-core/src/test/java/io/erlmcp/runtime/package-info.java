/** Tests of dispatch. */
@NullMarked
package io.erlmcp.runtime;

import org.jspecify.annotations.NullMarked;
