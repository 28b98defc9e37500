package io.erlmcp.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.PromptMessage;

/** Assertions about the answer to one {@code prompts/get}, which is over when this exists. */
public final class PromptAssert {
    private final Outcome<GetPromptResult> outcome;

    PromptAssert(Outcome<GetPromptResult> outcome) {
        this.outcome = outcome;
    }

    public PromptAssert hasMessages(PromptMessage... messages) {
        assertThat(result().messages())
                .as("messages of %s", outcome.what())
                .containsExactly(messages);
        return this;
    }

    /** The request was refused with this error code. */
    public RefusalAssert failsWith(int code) {
        return new RefusalAssert(outcome.what(), outcome.requireRefusal(code));
    }

    /** The answer itself, for other assertions. */
    public GetPromptResult result() {
        return outcome.requireResult();
    }
}
