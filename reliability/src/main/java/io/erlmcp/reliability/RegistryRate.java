/* tidy: console, because a program's report for people goes to standard output. */
package io.erlmcp.reliability;

import io.erlmcp.observability.Observer;
import io.erlmcp.registry.Registry;
import io.erlmcp.registry.RegistryLimits;
import io.erlmcp.runtime.Time;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * The command {@code benchmarks/registry}: how many names one thread looks up in a second of
 * processor time.
 */
public final class RegistryRate {
    private static final int NAMES = 100_000;
    private static final int ROUNDS = 7;
    private static final long ROUND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private RegistryRate() {}

    /** Prints the median of the rounds; the first two warm up. */
    public static void main(String[] args) {
        Registry<Integer> registry =
                new Registry<>("rate", RegistryLimits.DEFAULTS, Time.system(), Observer.NONE);
        String[] names = new String[NAMES];
        for (int i = 0; i < NAMES; i++) {
            // not the strings that were registered: a caller has its own
            registry.register("upstreams/part-" + i, i);
            names[i] = "upstreams/part-" + i;
        }
        long[] perSecond = new long[ROUNDS - 2];
        for (int round = 0; round < ROUNDS; round++) {
            long rate = round(registry, names);
            if (round >= 2) {
                perSecond[round - 2] = rate;
            }
        }
        Arrays.sort(perSecond);
        long median = perSecond[perSecond.length / 2];
        System.out.printf(
                "%,d lookups in a second of one core, among %,d names (%d ns each)%n",
                median, NAMES, 1_000_000_000L / median);
    }

    private static long round(Registry<Integer> registry, String[] names) {
        long began = processorNanos();
        long found = 0;
        long lookups = 0;
        while (processorNanos() - began < ROUND_NANOS) {
            for (int i = 0; i < names.length; i += 7) {
                Integer value = registry.find(names[i]);
                found += value == null ? -1 : value;
                lookups++;
            }
        }
        if (found <= 0) {
            throw new IllegalStateException("names are missing");
        }
        return lookups * 1_000_000_000L / (processorNanos() - began);
    }

    private static long processorNanos() {
        return ManagementFactory.getThreadMXBean().getCurrentThreadCpuTime();
    }
}
