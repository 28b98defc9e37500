package io.erlmcp.wire;

import io.erlmcp.json.JsonException;
import io.erlmcp.protocol.Role;

/** How roles are written. */
final class Roles {
    private Roles() {}

    static String text(Role role) {
        return switch (role) {
            case USER -> "user";
            case ASSISTANT -> "assistant";
        };
    }

    static Role read(String text) {
        return switch (text) {
            case "user" -> Role.USER;
            case "assistant" -> Role.ASSISTANT;
            default ->
                    throw new JsonException(
                            "role: expected user or assistant, was '" + Reads.quote(text) + "'");
        };
    }
}
