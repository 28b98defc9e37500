/**
 * Tasks: work that goes on behind the answer to its request, and is kept, with its result, for who
 * asked for it.
 *
 * <p>Entry class: {@link io.erlmcp.task.Tasks}. This package knows who owns a task, how long it is
 * kept and what it waits for; it knows no revision, no connection, and not what the work is.
 */
@NullMarked
package io.erlmcp.task;

import org.jspecify.annotations.NullMarked;
