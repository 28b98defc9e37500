package io.erlmcp.session;

import io.erlmcp.feature.HeaderParams;
import io.erlmcp.feature.HeaderText;
import io.erlmcp.json.Envelope;
import io.erlmcp.json.JsonObject;
import io.erlmcp.json.JsonSlice;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.transport.HttpExchange;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.function.Function;

/**
 * Checks that the headers of a modern request say what its body says (2026-07-28, streamable-http,
 * "Server Validation"). The body is the truth; anything else is refused with -32020.
 */
final class ModernHeaders {
    static final String VERSION = "MCP-Protocol-Version";
    private static final String METHOD = "Mcp-Method";
    private static final String NAME = "Mcp-Name";

    private final Function<String, HeaderParams> headerParams;

    ModernHeaders(Function<String, HeaderParams> headerParams) {
        this.headerParams = headerParams;
    }

    void check(HttpExchange http, Envelope body) {
        equal(http, VERSION, body.protocolVersion());
        equal(http, METHOD, body.method());
        String name = nameOf(body);
        if (name != null) {
            encoded(http, NAME, name);
        }
        if ("tools/call".equals(body.method()) && name != null) {
            params(http, headerParams.apply(name), body);
        }
    }

    /** A notification has no envelope to compare with; under another name it is refused. */
    void checkNotification(HttpExchange http, String method) {
        if (!http.headers(METHOD).isEmpty()) {
            equal(http, METHOD, method);
        }
    }

    private static @Nullable String nameOf(Envelope body) {
        return switch (String.valueOf(body.method())) {
            case "tools/call", "prompts/get" -> body.name();
            case "resources/read" -> body.uri();
            case "tasks/get", "tasks/update", "tasks/cancel" -> body.taskId();
            default -> null;
        };
    }

    private static void equal(HttpExchange http, String header, @Nullable String expected) {
        String value = single(http, header);
        if (value == null) {
            throw mismatch("the header " + header + " is missing");
        }
        if (!value.equals(expected)) {
            throw mismatch(
                    "the header "
                            + header
                            + " says \""
                            + brief(value)
                            + "\", the body says \""
                            + brief(String.valueOf(expected))
                            + '"');
        }
    }

    private static void params(HttpExchange http, HeaderParams declared, Envelope body) {
        if (declared.isEmpty()) {
            return;
        }
        JsonSlice arguments = body.arguments();
        JsonObject given =
                arguments != null && arguments.value() instanceof JsonObject object
                        ? object
                        : JsonObject.EMPTY;
        declared.mismatch(given, header -> single(http, header))
                .ifPresent(
                        why -> {
                            throw mismatch(why);
                        });
    }

    private static void encoded(HttpExchange http, String header, String expected) {
        String value = single(http, header);
        if (value == null) {
            throw mismatch("the header " + header + " is missing");
        }
        String decoded;
        try {
            decoded = HeaderText.decode(value);
        } catch (IllegalArgumentException e) {
            throw mismatch("the header " + header + " is not well encoded");
        }
        if (!decoded.equals(expected)) {
            throw mismatch(
                    "the header "
                            + header
                            + " says \""
                            + brief(decoded)
                            + "\", the body says \""
                            + brief(expected)
                            + '"');
        }
    }

    private static @Nullable String single(HttpExchange http, String header) {
        List<String> values = http.headers(header);
        if (values.size() > 1) {
            throw mismatch("the header " + header + " is there " + values.size() + " times");
        }
        return values.isEmpty() ? null : values.getFirst();
    }

    private static String brief(String text) {
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }

    private static McpException mismatch(String why) {
        return new McpException(ErrorCode.HEADER_MISMATCH, "Header mismatch: " + why);
    }
}
