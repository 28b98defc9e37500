package io.erlmcp.upstream;

import io.erlmcp.client.EraChoice;
import io.erlmcp.resilience.BreakerConfig;
import io.erlmcp.transport.ClientTransport;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * What one upstream server is run with.
 *
 * @param name the last segment of its component id
 * @param remote whether it is reached over a network: then another run is another connection to the
 *     same server, and its breakers go on to count
 * @param era what it is spoken to in
 * @param transport makes the way to it; hears what the server writes to its standard error
 * @param names how what it offers is called here
 * @param patience how long to wait for what
 * @param bounds how much at the same time
 * @param turn when a child has the processor
 * @param breaker when calls are refused, for the server and for each of its tools
 * @param cache of answers for when it is not there
 * @param questions whether it may ask the user, the model and for roots
 * @param holdChanged whether a tool whose definition changed is held back instead of served
 * @param needs names of others without which it does not work
 */
public record UpstreamSettings(
        String name,
        boolean remote,
        EraChoice era,
        Transport transport,
        Names names,
        Patience patience,
        Bounds bounds,
        Turn turn,
        BreakerConfig breaker,
        Cache cache,
        boolean questions,
        boolean holdChanged,
        List<String> needs) {
    public UpstreamSettings {
        needs = List.copyOf(needs);
    }

    /** Makes the way to a server. */
    @FunctionalInterface
    public interface Transport {
        /**
         * @param sessionNice by how much the session of a child lets others go first at its start
         */
        ClientTransport open(Consumer<String> onErrorLine, int sessionNice);
    }

    /**
     * @param prefix before names, on collision or always
     * @param allow patterns of tools that are offered, {@code *} for any characters; empty for all
     * @param deny patterns of tools that are not, whatever {@code allow} says
     */
    public record Names(String prefix, boolean always, List<String> allow, List<String> deny) {
        public Names {
            allow = List.copyOf(allow);
            deny = List.copyOf(deny);
        }
    }

    /**
     * @param call for a call, time for questions not counted
     * @param place for a place, where as many calls run as may
     * @param connect to start it and find out what it speaks
     * @param pingInterval it is asked whether it is there after so much silence
     * @param ping for the answer to that, and for a page of a list
     * @param missedPings so many without an answer and it counts as hung
     */
    public record Patience(
            Duration call,
            Duration place,
            Duration connect,
            Duration pingInterval,
            Duration ping,
            int missedPings) {}

    /**
     * @param running calls at the same time
     * @param waiting calls that wait for a place
     * @param runningPerTool calls of one tool at the same time
     * @param entries of each list
     * @param errorLines of standard error that are kept
     * @param memoryBytes that a child and all it started may hold; 0: as much as it likes
     */
    public record Bounds(
            int running,
            int waiting,
            int runningPerTool,
            int entries,
            int errorLines,
            long memoryBytes) {}

    /**
     * @param nice by how much a child and its session always let others go first
     * @param patience after computing for so long without a word it goes last, until it speaks; and
     *     for a while after it failed more than once. Zero: never
     */
    public record Turn(int nice, Duration patience) {}

    /**
     * @param answers that are kept; 0 turns it off
     * @param age how old an answer may be
     */
    public record Cache(int answers, Duration age) {}
}
