package io.erlmcp.dispatch;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.JsonException;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.protocol.McpException;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.testing.Requirement;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The table of {@code docs/errors.md} is what {@link ErrorMapper} does; {@code -Dgolden=update}
 * writes it.
 */
@Requirement("security.parsing")
class ErrorMapperTest {
    private static final Path TABLE = Path.of("..", "docs", "errors.md");

    private static final String HEAD =
            """
            # Errors

            What a peer sees of an exception. `ErrorMapper` alone decides, and a test holds this table.
            Codes of our own stand outside the ranges that JSON-RPC and MCP reserve.

            Over HTTP a bound that is reached, and a call that has to wait for too long, is 429; a store that is
            out of order is 503, with `data.component` `store`. `Retry-After` says when to come back.

            | problem | code, legacy era | code, modern era | message | data |
            |---|---|---|---|---|
            """;

    private static Map<String, Throwable> problems() {
        Map<String, Throwable> problems = new LinkedHashMap<>();
        problems.put("unknown method", McpException.methodNotFound("x/y"));
        problems.put("invalid params", McpException.invalidParams("name is missing"));
        problems.put("params that cannot be read", new JsonException("member 'a' is there twice"));
        problems.put("unknown resource", McpException.resourceNotFound("test://x"));
        problems.put("no JSON", refusal(ErrorCode.PARSE_ERROR));
        problems.put("no JSON-RPC message", refusal(ErrorCode.INVALID_REQUEST));
        problems.put("headers that contradict the body", refusal(ErrorCode.HEADER_MISMATCH));
        problems.put(
                "capability that the client did not declare",
                refusal(ErrorCode.MISSING_CLIENT_CAPABILITY));
        problems.put("unsupported version", refusal(ErrorCode.UNSUPPORTED_PROTOCOL_VERSION));
        problems.put("overload", refusal(ErrorCode.OVERLOADED));
        problems.put("halted component", refusal(ErrorCode.HALTED));
        problems.put("passed deadline", refusal(ErrorCode.DEADLINE_EXCEEDED));
        problems.put("server that stops", refusal(ErrorCode.INTERRUPTED));
        problems.put("upstream that is away", refusal(ErrorCode.UPSTREAM_UNAVAILABLE));
        problems.put("code of the application", refusal(42));
        problems.put("interrupted handler", new InterruptedException("secret"));
        problems.put("exception of a handler", new IllegalStateException("secret"));
        problems.put("checked exception of a handler", new IOException("secret"));
        problems.put("error of the JVM", new StackOverflowError("secret"));
        return problems;
    }

    private static McpException refusal(int code) {
        return new McpException(code, "says why", JsonObject.of("a", 1));
    }

    private static String row(String name, Throwable problem) {
        RpcError legacy = ErrorMapper.map(problem, Era.LEGACY);
        RpcError modern = ErrorMapper.map(problem, Era.MODERN);
        assertThat(modern.message()).isEqualTo(legacy.message());
        String data =
                legacy.data() instanceof JsonObject object ? String.join(", ", object.keys()) : "-";
        return "| %s | %d | %d | %s | %s |\n"
                .formatted(name, legacy.code(), modern.code(), legacy.message(), data);
    }

    @Test
    void theTableIsWhatHappens() throws Exception {
        StringBuilder table = new StringBuilder(HEAD);
        problems().forEach((name, problem) -> table.append(row(name, problem)));
        if ("update".equals(System.getProperty("golden"))) {
            Files.writeString(TABLE, table);
        }
        List<String> golden = Files.readAllLines(TABLE);
        assertThat(table.toString().lines().toList())
                .as("docs/errors.md; accept with -Dgolden=update")
                .isEqualTo(golden);
    }

    @Test
    void ofABugThePeerSeesAnIdAndNothingElse() {
        List<Object> ids = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            RpcError error = ErrorMapper.map(new IllegalStateException("secret"), Era.MODERN);
            assertThat(error.message()).isEqualTo("Internal error");
            JsonObject data = (JsonObject) error.data();
            assertThat(data).isNotNull();
            assertThat(data.keys()).containsExactly("correlationId");
            ids.add(data.requireString("correlationId"));
        }
        assertThat(ids).doesNotHaveDuplicates();
    }

    @Test
    void ofARefusalCodeMessageAndDataStay() {
        RpcError error = ErrorMapper.map(refusal(ErrorCode.OVERLOADED), Era.LEGACY);
        assertThat(error)
                .isEqualTo(new RpcError(ErrorCode.OVERLOADED, "says why", JsonObject.of("a", 1)));
    }
}
