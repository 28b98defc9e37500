package io.erlmcp.reliability;

import java.io.IOException;
import java.nio.charset.StandardCharsets;

/** Programs of the machine that a run needs. */
final class Tools {
    private Tools() {}

    /**
     * Runs a command to its end.
     *
     * @throws IOException with what it said, when it failed
     */
    static void run(String... words) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (process.waitFor() != 0) {
            throw new IOException(String.join(" ", words) + ": " + said.strip());
        }
    }
}
