package io.erlmcp.testkit;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.JsonValue;
import io.erlmcp.protocol.McpException;

/** Assertions about a request that the server refused. */
public final class RefusalAssert {
    private final String what;
    private final McpException refusal;

    RefusalAssert(String what, McpException refusal) {
        this.what = what;
        this.refusal = refusal;
    }

    public RefusalAssert withMessage(String message) {
        assertThat(refusal).as("refusal of %s", what).hasMessage(message);
        return this;
    }

    public RefusalAssert withMessageContaining(String part) {
        assertThat(refusal).as("refusal of %s", what).hasMessageContaining(part);
        return this;
    }

    /** The error's {@code data}, as JSON. */
    public RefusalAssert withData(Object data) {
        assertThat(refusal.data())
                .as("data of the refusal of %s", what)
                .isEqualTo(JsonValue.of(data));
        return this;
    }
}
