package io.erlmcp.reliability;

import io.erlmcp.chaos.NodeProcess;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What an operator sees of a node: its metrics, whether it is ready, and its last lines. The
 * connection is kept, as scrapers do, so that it is there when no new one can be made.
 */
final class OperatorView implements AutoCloseable {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private final NodeProcess node;
    private @Nullable RawHttp connection;

    OperatorView(NodeProcess node) {
        this.node = node;
    }

    /**
     * One look.
     *
     * @param series of all metrics, with their labels
     */
    record Look(Map<String, Double> series, boolean isAlive, boolean isReady, String lines) {
        /** The sum over the series of a metric that have a label. */
        double metric(String name, String label) {
            double sum = 0;
            for (Map.Entry<String, Double> each : series.entrySet()) {
                String key = each.getKey();
                boolean isOfIt = key.equals(name) || key.startsWith(name + '{');
                if (isOfIt && key.contains(label)) {
                    sum += each.getValue();
                }
            }
            return sum;
        }

        /** The last line with these words, with its time; empty for none. */
        String lastLine(String words) {
            return lines.lines()
                    .filter(line -> line.contains(words))
                    .reduce("", (before, line) -> line);
        }
    }

    Look look() {
        try {
            RawHttp.Answer ready = get("/ready");
            Map<String, Double> series = series(get("/metrics").text());
            return new Look(series, true, ready.status() == 200, node.lastLines());
        } catch (IOException e) {
            close();
            return new Look(Map.of(), false, false, node.lastLines());
        }
    }

    private RawHttp.Answer get(String path) throws IOException {
        RawHttp open = connection;
        if (open == null) {
            open = new RawHttp(node.admin(), PATIENCE);
            connection = open;
        }
        String host = node.admin().getAuthority();
        String request = "GET " + path + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n";
        open.send(request.getBytes(StandardCharsets.US_ASCII));
        RawHttp.Answer answer = open.answer();
        if (answer.head().closes()) {
            close();
        }
        return answer;
    }

    private static Map<String, Double> series(String text) {
        Map<String, Double> all = new LinkedHashMap<>();
        for (String line : text.split("\n")) {
            int end = line.lastIndexOf(' ');
            if (line.startsWith("erlmcp_") && end > 0) {
                all.put(line.substring(0, end), Double.parseDouble(line.substring(end + 1)));
            }
        }
        return all;
    }

    @Override
    public void close() {
        RawHttp open = connection;
        connection = null;
        if (open != null) {
            open.close();
        }
    }
}
