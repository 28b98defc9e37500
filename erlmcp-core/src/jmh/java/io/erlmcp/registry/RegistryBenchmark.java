package io.erlmcp.registry;

import io.erlmcp.observability.Observer;
import io.erlmcp.runtime.Time;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/** What a lookup of a name costs, among few names and among as many as there may be. */
@State(Scope.Thread)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(1)
public class RegistryBenchmark {
    private static final int ASKED = 1 << 12;

    @Param({"100", "100000"})
    public int names = 100;

    private Registry<Integer> registry = registry();
    private String[] present = {};
    private String[] absent = {};
    private int next;

    private static Registry<Integer> registry() {
        return new Registry<>("benchmark", RegistryLimits.DEFAULTS, Time.system(), Observer.NONE);
    }

    @Setup
    public void setup() {
        registry = registry();
        for (int i = 0; i < names; i++) {
            registry.register("upstreams/part-" + i, i);
        }
        present = new String[ASKED];
        absent = new String[ASKED];
        for (int i = 0; i < ASKED; i++) {
            // not the strings that were registered: a caller has its own
            present[i] = "upstreams/part-" + (int) ((i * 2_654_435_761L) % names);
            absent[i] = "upstreams/none-" + i;
        }
    }

    /** A name that somebody has. */
    @Benchmark
    public @Nullable Integer find() {
        return registry.find(present[next++ & (ASKED - 1)]);
    }

    /** A name that nobody has. */
    @Benchmark
    public @Nullable Integer miss() {
        return registry.find(absent[next++ & (ASKED - 1)]);
    }
}
