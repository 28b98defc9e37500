package io.erlmcp.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.client.CallOptions;
import io.erlmcp.client.McpClient;
import io.erlmcp.json.JacksonBinder;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.protocol.ServerNotification.Progress;
import io.erlmcp.protocol.TextContent;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Assertions about the answer to one {@code tools/call}, which is over when this exists. */
public final class CallAssert {
    private final Outcome<CallToolResult> outcome;
    private final List<Progress> progress;

    private CallAssert(Outcome<CallToolResult> outcome, List<Progress> progress) {
        this.outcome = outcome;
        this.progress = progress;
    }

    static CallAssert of(McpClient client, String tool, JsonObject arguments, CallOptions options) {
        List<Progress> heard = new CopyOnWriteArrayList<>();
        CallOptions hearing =
                options.onProgress() == null ? options.withProgress(heard::add) : options;
        Outcome<CallToolResult> outcome =
                Outcome.of("tools/call " + tool, () -> client.call(tool, arguments, hearing));
        return new CallAssert(outcome, heard);
    }

    /** The tool answered, and reports no failure. */
    public CallAssert succeeds() {
        assertThat(result().isError())
                .as("%s reports a failure: %s", outcome.what(), text())
                .isFalse();
        return this;
    }

    /** The tool answered, and reports a failure of its own, which a model may read. */
    public CallAssert isToolError() {
        assertThat(result().isError())
                .as("%s reports a failure; it answered %s", outcome.what(), text())
                .isTrue();
        return this;
    }

    /** The request was refused with this error code. */
    public RefusalAssert failsWith(int code) {
        return new RefusalAssert(outcome.what(), outcome.requireRefusal(code));
    }

    /** The client gave up waiting. */
    public void timesOut() {
        outcome.requireTimeout();
    }

    /** All text of the answer, blocks separated by line breaks. */
    public CallAssert hasText(String text) {
        assertThat(text()).as("text of %s", outcome.what()).isEqualTo(text);
        return this;
    }

    public CallAssert hasTextContaining(String... parts) {
        assertThat(text()).as("text of %s", outcome.what()).contains(parts);
        return this;
    }

    /** The structured content equals this record, map or JSON value, written as JSON. */
    public CallAssert hasStructured(Object value) {
        JsonValue expected = JsonValue.of(value);
        assertThat(structured()).as("structured content of %s", outcome.what()).isEqualTo(expected);
        return this;
    }

    public CallAssert hasContent(ContentBlock... blocks) {
        assertThat(result().content()).as("content of %s", outcome.what()).containsExactly(blocks);
        return this;
    }

    /** The progress that was reported before the answer, in order. */
    public CallAssert reportedProgress(Double... values) {
        assertThat(progress.stream().map(Progress::progress))
                .as("progress of %s", outcome.what())
                .containsExactly(values);
        return this;
    }

    /** The structured content, read as a record or another type. */
    public <T> T structured(Class<T> type) {
        return JacksonBinder.shared().read(JsonSlice.of(structured()), type);
    }

    /** The answer itself, for other assertions. */
    public CallToolResult result() {
        return outcome.requireResult();
    }

    private JsonValue structured() {
        JsonValue structured = result().structuredContent();
        if (structured == null) {
            throw new AssertionError(
                    outcome.what() + " has no structured content, its text is: " + text());
        }
        return structured;
    }

    private String text() {
        return String.join(
                "\n",
                result().content().stream()
                        .filter(TextContent.class::isInstance)
                        .map(block -> ((TextContent) block).text())
                        .toList());
    }
}
