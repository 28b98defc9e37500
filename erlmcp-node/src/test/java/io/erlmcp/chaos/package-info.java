/** Tests of the experiments: they are run, and seen to fail. */
@NullMarked
package io.erlmcp.chaos;

import org.jspecify.annotations.NullMarked;
