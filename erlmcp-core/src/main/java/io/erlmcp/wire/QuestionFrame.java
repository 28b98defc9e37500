package io.erlmcp.wire;

import io.erlmcp.protocol.TaskWish;
import org.jspecify.annotations.Nullable;

/**
 * What stands around a question in the legacy era.
 *
 * @param relatedTask the task that asks; null for none
 * @param asTask the wish that the peer answers by a task; null for none
 */
public record QuestionFrame(@Nullable String relatedTask, @Nullable TaskWish asTask) {
    /** Nothing. */
    public static final QuestionFrame NONE = new QuestionFrame(null, null);
}
