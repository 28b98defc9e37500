package io.erlmcp.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.ResourceContents;
import java.util.Base64;

/** Assertions about the answer to one {@code resources/read}, which is over when this exists. */
public final class ResourceAssert {
    private final Outcome<ReadResourceResult> outcome;

    ResourceAssert(Outcome<ReadResourceResult> outcome) {
        this.outcome = outcome;
    }

    /** The answer is this one text. */
    public ResourceAssert hasText(String text) {
        assertThat(only())
                .as("contents of %s", outcome.what())
                .isInstanceOfSatisfying(
                        ResourceContents.Text.class,
                        it -> assertThat(it.text()).as(outcome.what()).isEqualTo(text));
        return this;
    }

    /** The answer is these bytes. */
    public ResourceAssert hasBytes(byte[] bytes) {
        assertThat(only())
                .as("contents of %s", outcome.what())
                .isInstanceOfSatisfying(
                        ResourceContents.Blob.class,
                        it ->
                                assertThat(Base64.getDecoder().decode(it.blob()))
                                        .as(outcome.what())
                                        .isEqualTo(bytes));
        return this;
    }

    /** The request was refused with this error code. */
    public RefusalAssert failsWith(int code) {
        return new RefusalAssert(outcome.what(), outcome.requireRefusal(code));
    }

    /** The answer itself, for other assertions. */
    public ReadResourceResult result() {
        return outcome.requireResult();
    }

    private ResourceContents only() {
        assertThat(result().contents()).as("contents of %s", outcome.what()).hasSize(1);
        return result().contents().getFirst();
    }
}
