package io.erlmcp.bench;

import io.erlmcp.protocol.Era;
import java.net.URI;
import java.time.Duration;

/** Plans for tests. */
final class Plans {
    private Plans() {}

    static BenchPlan echo(int port) {
        return http(port, Workload.TOOLS_CALL, Era.MODERN, 0);
    }

    static BenchPlan http(int port, Workload workload, Era era, double rate) {
        return http(port, workload, era, rate, Duration.ofMillis(300));
    }

    static BenchPlan http(int port, Workload workload, Era era, double rate, Duration duration) {
        return new BenchPlan(
                new BenchTarget.Http(URI.create("http://127.0.0.1:" + port + "/mcp")),
                workload,
                era,
                workload.usualTool(),
                40,
                4,
                rate,
                Duration.ZERO,
                duration,
                0);
    }
}
