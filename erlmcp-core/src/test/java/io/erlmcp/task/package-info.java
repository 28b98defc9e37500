/** Tests of tasks. */
@NullMarked
package io.erlmcp.task;

import org.jspecify.annotations.NullMarked;
