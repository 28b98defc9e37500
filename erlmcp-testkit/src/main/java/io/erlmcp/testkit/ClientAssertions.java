package io.erlmcp.testkit;

import io.erlmcp.client.McpClient;

/**
 * The entry of the fluent assertions; may be imported beside AssertJ's own {@code assertThat}.
 *
 * <pre>{@code
 * assertThat(client).whenCalling("greet", JsonObject.of("name", "Ada")).succeeds().hasText("Hello, Ada!");
 * assertThat(client).whenCalling("no such tool").failsWith(ErrorCode.INVALID_PARAMS);
 * }</pre>
 */
public final class ClientAssertions {
    private ClientAssertions() {}

    /** Starts assertions about what a connected client gets from its server. */
    public static ClientAssert assertThat(McpClient client) {
        return new ClientAssert(client);
    }
}
