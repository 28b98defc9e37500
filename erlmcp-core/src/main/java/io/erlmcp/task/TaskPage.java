package io.erlmcp.task;

import java.util.List;

/**
 * Some of an owner's tasks, oldest first.
 *
 * @param mayGoOn false when there are no more. Nobody reads a task more to find that out, so a last
 *     page that is full may be followed by an empty one.
 */
public record TaskPage(List<TaskView> tasks, boolean mayGoOn) {
    public TaskPage {
        tasks = List.copyOf(tasks);
    }
}
