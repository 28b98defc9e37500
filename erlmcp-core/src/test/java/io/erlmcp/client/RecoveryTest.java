package io.erlmcp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.observability.Observer;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.Backoff;
import io.erlmcp.transport.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

/** Reconnecting, in simulated time: pauses are written down instead of waited for. */
class RecoveryTest {
    private static final Backoff BACKOFF = Backoff.defaults();

    private final List<Duration> pauses = new ArrayList<>();
    private final CountDownLatch closed = new CountDownLatch(1);
    private int failures;

    /** How often the path breaks once it was made again, and after how long. */
    private int breaks;

    private Duration stood = BACKOFF.first();
    private boolean isLost = true;

    private Recovery recovery(double random) {
        Recovery.Path path =
                new Recovery.Path() {
                    @Override
                    public boolean isLost() {
                        return isLost;
                    }

                    @Override
                    public void renew() {
                        if (failures-- > 0) {
                            throw new TransportException(
                                    TransportException.Kind.UNREACHABLE, "not yet");
                        }
                        isLost = breaks-- > 0;
                    }

                    @Override
                    public Duration stood() {
                        return stood;
                    }
                };
        Recovery.Pause pause =
                delay -> {
                    pauses.add(delay);
                    return closed.getCount() > 0;
                };
        return new Recovery(new Recoverable(), path, Observer.NONE, pause, () -> random, closed);
    }

    private static List<Duration> seconds(double... wanted) {
        List<Duration> all = new ArrayList<>();
        for (double each : wanted) {
            all.add(Duration.ofMillis((long) (each * 1000)));
        }
        return all;
    }

    @Test
    @Requirement("transport.tcp")
    void theFirstAttemptComesAtOnceAndPausesGrowFromOneSecondToSixty() {
        failures = 9;
        recovery(0).run(BACKOFF);
        assertThat(pauses).isEqualTo(seconds(1, 2, 4, 8, 16, 32, 60, 60, 60));
        assertThat(isLost).isFalse();
    }

    @Test
    @Requirement("transport.tcp")
    void jitterTakesUpToHalfOfEachPause() {
        failures = 8;
        recovery(1).run(BACKOFF);
        assertThat(pauses).isEqualTo(seconds(0.5, 1, 2, 4, 8, 16, 30, 30));
    }

    @Test
    @Requirement("transport.reconnect")
    void aServerThatIsThereAgainIsReachedWithoutAPause() {
        recovery(0).run(BACKOFF);
        assertThat(pauses).isEmpty();
        assertThat(isLost).isFalse();
    }

    @Test
    @Requirement("transport.reconnect")
    void aServerThatGreetsAndLeavesIsAskedWithGrowingPauses() {
        stood = BACKOFF.first().minusNanos(1);
        breaks = 8;
        recovery(0).run(BACKOFF);
        assertThat(pauses).isEqualTo(seconds(1, 2, 4, 8, 16, 32, 60, 60));
        assertThat(isLost).isFalse();
    }

    @Test
    @Requirement("transport.reconnect")
    void aPathThatStoodForTheFirstPauseIsMadeAgainAtOnce() {
        stood = BACKOFF.first();
        breaks = 8;
        recovery(0).run(BACKOFF);
        assertThat(pauses).isEmpty();
        assertThat(isLost).isFalse();
    }

    @Test
    @Requirement("transport.reconnect")
    void pausesGoOnGrowingFromOneShortLifeToTheNext() {
        stood = Duration.ZERO;
        Recovery recovery = recovery(0);
        for (int i = 0; i < 3; i++) {
            isLost = true;
            recovery.run(BACKOFF);
        }
        assertThat(pauses).isEqualTo(seconds(1, 2));
        stood = BACKOFF.first();
        isLost = true;
        recovery.run(BACKOFF);
        assertThat(pauses).isEqualTo(seconds(1, 2));
    }

    @Test
    void aClosedClientDoesNotComeBack() {
        failures = Integer.MAX_VALUE;
        Recovery recovery = recovery(0);
        recovery.close();
        recovery.run(BACKOFF);
        assertThat(isLost).isTrue();
        assertThat(pauses).isEmpty();
    }

    @Test
    void aBackoffThatShrinksIsRefused() {
        assertThatThrownBy(() -> new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(1)))
                .hasMessageContaining("PT2S to PT1S");
    }

    /** A transport of which only the way to recover is asked. */
    private static final class Recoverable extends SilentTransport {
        @Override
        public Optional<Backoff> recovery() {
            return Optional.of(BACKOFF);
        }
    }
}
