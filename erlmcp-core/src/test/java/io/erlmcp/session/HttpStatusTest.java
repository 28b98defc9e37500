package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.testing.Requirement;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Requirement("R15")
class HttpStatusTest {
    @ParameterizedTest
    @CsvSource({
        "2500, 3",
        "1, 1",
        "0, 1",
        "-7, 1",
        "1.5, 1",
        "'\"soon\"', 1",
        "9223372036854775807, 1",
        "1e400, 1"
    })
    void whenToComeBackIsReadFromDataThatMayComeFromAnywhere(String millis, String seconds) {
        byte[] data = ("{\"retryAfterMs\":" + millis + "}").getBytes(StandardCharsets.UTF_8);
        RpcError error = new RpcError(ErrorCode.OVERLOADED, "full", Json.parseObject(data));
        assertThat(HttpStatus.headers(error)).containsSequence("retry-after", seconds);
    }
}
