package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.Era;
import io.erlmcp.protocol.ErrorCode;
import io.erlmcp.rpc.RpcError;
import io.erlmcp.testing.Requirement;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@Requirement("R15")
class HttpStatusTest {
    @Test
    @Requirement("R04")
    void aStoreThatIsOutOfOrderIsNotTheClientsFaultAndAnOverloadIs() {
        RpcError store = Messages.error(new StoreUnavailable("it is closed"), Era.LEGACY);
        RpcError unreadable = Messages.error(new UnreadableRecord(), Era.MODERN);
        RpcError cap = new RpcError(ErrorCode.OVERLOADED, "full", null);
        RpcError node =
                new RpcError(ErrorCode.OVERLOADED, "full", JsonObject.of("component", "node"));
        RpcError other = new RpcError(42, "full", JsonObject.of("component", "store"));
        for (Era era : Era.values()) {
            assertThat(HttpStatus.of(store, era)).isEqualTo(503);
            assertThat(HttpStatus.of(unreadable, era)).isEqualTo(503);
            assertThat(HttpStatus.of(cap, era)).isEqualTo(429);
            assertThat(HttpStatus.of(node, era)).isEqualTo(429);
            assertThat(HttpStatus.of(other, era)).isEqualTo(200);
        }
        assertThat(HttpStatus.early(store)).isEqualTo(503);
        assertThat(HttpStatus.headers(store)).containsSequence("retry-after", "1");
        assertThat(store.message()).contains("the store is not available: it is closed");
    }

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
