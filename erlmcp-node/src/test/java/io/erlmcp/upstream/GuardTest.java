package io.erlmcp.upstream;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.feature.Priority;
import io.erlmcp.observability.ComponentId;
import io.erlmcp.observability.Event;
import io.erlmcp.resilience.BreakerConfig;
import io.erlmcp.resilience.Bulkhead;
import io.erlmcp.resilience.ResilienceEvent.BreakerChanged;
import io.erlmcp.runtime.Time;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of the breaker of a server over its runs. */
@Requirement("cb.metrics")
class GuardTest {
    private static final ComponentId UP = ComponentId.of("upstreams", "up");
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    private final List<Event> events = new ArrayList<>();
    private final Guard guard =
            new Guard(
                    UP,
                    new Bulkhead(100, 0, PATIENCE, Time.system()),
                    BreakerConfig.DEFAULTS,
                    Time.system(),
                    events::add);

    private List<Guard.Place> calls() throws InterruptedException {
        List<Guard.Place> places = new ArrayList<>();
        for (int i = 0; i < BreakerConfig.DEFAULTS.failures(); i++) {
            places.add(guard.enter(PATIENCE, Priority.NORMAL));
        }
        return places;
    }

    private static void fail(List<Guard.Place> calls) {
        for (Guard.Place call : calls) {
            call.failed();
            call.close();
        }
    }

    private List<String> told() {
        return events.stream()
                .map(BreakerChanged.class::cast)
                .map(it -> it.from() + " to " + it.to())
                .toList();
    }

    @Test
    void callsOfARunThatIsOverTellNothingMoreOfItsBreaker() throws Exception {
        List<Guard.Place> left = calls();

        guard.renewed();
        fail(left);

        assertThat(told()).isEmpty();
        assertThat(guard.breakerWord()).isEqualTo("closed");
        fail(calls());
        assertThat(told()).containsExactly("closed to open");
    }

    @Test
    void theNextRunBeginsWithAClosedOneAndThatIsTold() throws Exception {
        fail(calls());

        guard.renewed();

        assertThat(told()).containsExactly("closed to open", "open to closed");
        assertThat(guard.breakerWord()).isEqualTo("closed");
        assertThat(guard.running()).isZero();
    }
}
