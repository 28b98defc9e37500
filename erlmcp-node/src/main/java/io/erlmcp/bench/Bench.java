package io.erlmcp.bench;

import io.erlmcp.runtime.Time;
import java.util.function.Consumer;

/** Runs a plan. */
public final class Bench {
    private Bench() {}

    /**
     * Puts load on the target until the plan's time is over; blocks until then.
     *
     * @param progress hears once a second how it goes
     * @throws BenchException when the server cannot be reached or opens no session
     */
    public static BenchReport run(BenchPlan plan, Time time, Consumer<String> progress) {
        return switch (plan.target()) {
            case BenchTarget.Http http when plan.workload() == Workload.STREAMS ->
                    new StreamLoad(plan, http, time).run(progress);
            case BenchTarget.Http http -> SocketLoad.http(plan, http, time).run(progress);
            case BenchTarget.Duplex duplex -> SocketLoad.duplex(plan, duplex, time).run(progress);
            case BenchTarget.Child child -> new StdioLoad(plan, child, time).run(progress);
        };
    }
}
