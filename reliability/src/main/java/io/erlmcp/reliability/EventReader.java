package io.erlmcp.reliability;

import io.erlmcp.json.Json;
import io.erlmcp.json.JsonObject;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** Reads the messages of an event stream. */
final class EventReader {
    private final BufferedReader lines;

    EventReader(InputStream body) {
        this.lines = new BufferedReader(new InputStreamReader(body, StandardCharsets.UTF_8), 1024);
    }

    /** The next message, or null when the stream came to its proper end. */
    @Nullable JsonObject next() throws IOException {
        StringBuilder data = new StringBuilder();
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (line.startsWith("data:")) {
                data.append(line.substring(5).strip());
            } else if (line.isEmpty() && !data.isEmpty()) {
                return Json.parseObject(data.toString());
            }
        }
        if (!data.isEmpty()) {
            throw new IOException("the stream ended in the middle of an event");
        }
        return null;
    }
}
