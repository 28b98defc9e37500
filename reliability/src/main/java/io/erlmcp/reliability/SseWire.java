package io.erlmcp.reliability;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * HTTP+SSE (2024-11-05) as if it were one connection: messages are posted, what the node says comes
 * on its stream.
 */
final class SseWire implements DuplexFrames.Wire {
    private final RawHttp stream;
    private final BufferedReader lines;
    private final SsePoster poster;

    /**
     * @param patience for the answer to a post; the stream may be silent for as long as it likes
     */
    SseWire(URI server, Duration patience) throws IOException {
        stream = new RawHttp(server, Duration.ZERO);
        try {
            stream.send(RawHttp.streamHead(server).getBytes(StandardCharsets.US_ASCII));
            RawHttp.Head head = stream.head();
            if (!head.isStream()) {
                throw new IOException("no stream, but " + head);
            }
            lines =
                    new BufferedReader(
                            new InputStreamReader(stream.body(head), StandardCharsets.UTF_8), 1024);
            String place = read();
            if (place == null) {
                throw new IOException("the stream ended before it said where to post");
            }
            poster = SsePoster.at(server.resolve(place), patience);
        } catch (IOException e) {
            stream.close();
            throw e;
        }
    }

    @Override
    public void send(byte[] message) throws IOException {
        poster.post(message);
    }

    @Override
    public @Nullable String read() throws IOException {
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            } else if (line.isEmpty() && !data.isEmpty()) {
                return data.toString();
            }
        }
        return null;
    }

    @Override
    public void close() {
        poster.close();
        stream.close();
    }
}
