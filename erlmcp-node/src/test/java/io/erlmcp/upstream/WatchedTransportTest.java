package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.http.HttpClientTransport;
import io.erlmcp.http.SseClientTransport;
import io.erlmcp.runtime.Time;
import io.erlmcp.transport.ClientTransport;
import org.junit.jupiter.api.Test;

class WatchedTransportTest {
    private static final String URL = "http://127.0.0.1:1/sse";

    private static ClientTransport watched(ClientTransport inner) {
        return new WatchedTransport(inner, Time.system(), loss -> {});
    }

    @Test
    void aServerIsNotAskedForAnEraThatItsTransportIsOlderThan() {
        try (ClientTransport older = watched(SseClientTransport.to(URL));
                ClientTransport newer = watched(HttpClientTransport.to(URL))) {
            assertThat(older.hasModernEra()).isFalse();
            assertThat(newer.hasModernEra()).isTrue();
        }
    }
}
