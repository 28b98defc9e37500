package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/** A connection to the admin port that is kept, so that it is there when no new one can be made. */
final class AdminPort implements AutoCloseable {
    private final RawHttp connection;
    private final String host;

    AdminPort(NodeProcess node) throws IOException {
        this(node.admin());
    }

    AdminPort(URI admin) throws IOException {
        host = admin.getAuthority();
        connection = new RawHttp(admin, Duration.ofSeconds(10));
    }

    /** The sum of a metric over its labels; 0 when there is none of that name. */
    double metric(String name) throws IOException {
        connection.send(
                ("GET /metrics HTTP/1.1\r\nHost: " + host + "\r\n\r\n")
                        .getBytes(StandardCharsets.US_ASCII));
        double sum = 0;
        for (String line : connection.answer().text().split("\n")) {
            int end = line.indexOf('{') < 0 ? line.indexOf(' ') : line.indexOf('{');
            if (end > 0 && line.substring(0, end).equals(name)) {
                sum += Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1));
            }
        }
        return sum;
    }

    @Override
    public void close() {
        connection.close();
    }
}
