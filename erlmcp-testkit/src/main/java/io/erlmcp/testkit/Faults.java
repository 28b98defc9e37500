package io.erlmcp.testkit;

import java.time.Duration;

/**
 * What a {@link FaultyTransport} does to the messages of a direction. Messages and bytes are
 * counted over both.
 *
 * @param dropRate share of messages that vanish, 0 to 1
 * @param duplicateRate share of messages that arrive twice, 0 to 1
 * @param maxDelay each message is late by a random time up to this
 * @param reorders whether a late message is overtaken by others
 * @param cutAfterMessages the path breaks, once, behind this many messages; 0 for never
 * @param cutAfterBytes the path breaks, once, behind this many bytes; 0 for never
 * @param spared this many messages pass unharmed at first, so that a handshake succeeds
 */
public record Faults(
        double dropRate,
        double duplicateRate,
        Duration maxDelay,
        boolean reorders,
        long cutAfterMessages,
        long cutAfterBytes,
        long spared) {
    public static final Faults NONE = new Faults(0, 0, Duration.ZERO, false, 0, 0, 0);

    public Faults {
        rate("dropRate", dropRate);
        rate("duplicateRate", duplicateRate);
        if (maxDelay.isNegative() || cutAfterMessages < 0 || cutAfterBytes < 0 || spared < 0) {
            throw new IllegalArgumentException("faults must not be negative");
        }
    }

    private static void rate(String name, double rate) {
        if (!(rate >= 0 && rate <= 1)) {
            throw new IllegalArgumentException(name + " is " + rate + ", must be from 0 to 1");
        }
    }

    public Faults drops(double rate) {
        return new Faults(
                rate, duplicateRate, maxDelay, reorders, cutAfterMessages, cutAfterBytes, spared);
    }

    public Faults duplicates(double rate) {
        return new Faults(
                dropRate, rate, maxDelay, reorders, cutAfterMessages, cutAfterBytes, spared);
    }

    public Faults delays(Duration most) {
        return new Faults(
                dropRate, duplicateRate, most, reorders, cutAfterMessages, cutAfterBytes, spared);
    }

    public Faults reordering() {
        return new Faults(
                dropRate, duplicateRate, maxDelay, true, cutAfterMessages, cutAfterBytes, spared);
    }

    public Faults cutAfterMessages(long messages) {
        return new Faults(
                dropRate, duplicateRate, maxDelay, reorders, messages, cutAfterBytes, spared);
    }

    public Faults cutAfterBytes(long bytes) {
        return new Faults(
                dropRate, duplicateRate, maxDelay, reorders, cutAfterMessages, bytes, spared);
    }

    public Faults sparing(long messages) {
        return new Faults(
                dropRate,
                duplicateRate,
                maxDelay,
                reorders,
                cutAfterMessages,
                cutAfterBytes,
                messages);
    }
}
