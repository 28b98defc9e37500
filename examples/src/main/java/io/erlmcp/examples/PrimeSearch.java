package io.erlmcp.examples;

import io.erlmcp.feature.CallContext;
import io.erlmcp.feature.Tool;
import io.erlmcp.protocol.LogLevel;
import io.erlmcp.server.McpServer;
import java.util.concurrent.CancellationException;

/**
 * Long work: it reports progress, writes to the client's log, and stops when nobody waits for it.
 */
public final class PrimeSearch {
    private static final int STEPS = 10;

    public static McpServer build() {
        return McpServer.builder("primes", "1.0").annotated(new PrimeSearch()).build();
    }

    @Tool(description = "Counts the primes below a bound")
    public int count(int below, CallContext call) {
        int found = 0;
        for (int step = 0; step < STEPS; step++) {
            found += count(part(below, step), part(below, step + 1), call);
            call.progress(step + 1, (double) STEPS, found + " found");
        }
        call.log(LogLevel.INFO, "counted up to " + below);
        return found;
    }

    private static int part(int below, int step) {
        return (int) ((long) below * step / STEPS);
    }

    private static int count(int from, int to, CallContext call) {
        int found = 0;
        for (int candidate = from; candidate < to; candidate++) {
            // A computation never waits, so that it has to look by itself whether it should stop.
            if (call.isCancelled()) {
                throw new CancellationException("nobody waits any more");
            }
            found += isPrime(candidate) ? 1 : 0;
        }
        return found;
    }

    private static boolean isPrime(int candidate) {
        for (int divisor = 2; (long) divisor * divisor <= candidate; divisor++) {
            if (candidate % divisor == 0) {
                return false;
            }
        }
        return candidate > 1;
    }
}
