package io.erlmcp.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.json.JsonLimits;
import io.erlmcp.server.ServerLimits;
import io.erlmcp.session.SessionLimits.Caps;
import io.erlmcp.session.SessionLimits.EventBounds;
import io.erlmcp.session.SessionLimits.KeptBounds;
import io.erlmcp.testing.Requirement;
import java.time.Duration;
import java.util.function.Function;
import java.util.function.IntFunction;
import org.junit.jupiter.api.Test;

/** Limits at their own limits: the least that is taken, and one less. */
@Requirement("security.operations")
class LimitsTest {
    private static final Duration LEAST = Duration.ofNanos(1);

    private static SessionLimits sessions(int... numbers) {
        return new SessionLimits(
                new Caps(1, 1, 1, LEAST),
                LEAST,
                LEAST,
                numbers[0],
                numbers[1],
                numbers[2],
                numbers[3],
                new EventBounds(1, 1, 1),
                new KeptBounds(1, 1, 0, 0, 0),
                LEAST,
                JsonLimits.DEFAULTS);
    }

    private static SessionLimits times(Duration idle, Duration initialize, Duration write) {
        return new SessionLimits(
                new Caps(1, 1, 1, LEAST),
                idle,
                initialize,
                0,
                0,
                1,
                1,
                new EventBounds(1, 1, 1),
                new KeptBounds(1, 1, 0, 0, 0),
                write,
                JsonLimits.DEFAULTS);
    }

    private static void least(String name, int least, IntFunction<Object> made) {
        assertThat(made.apply(least)).isNotNull();
        assertThatThrownBy(() -> made.apply(least - 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(name + " is " + (least - 1) + ", must be at least " + least);
    }

    private static void positive(String name, Function<Duration, Object> made) {
        assertThat(made.apply(LEAST)).isNotNull();
        for (Duration tooShort : new Duration[] {Duration.ZERO, Duration.ofSeconds(-1)}) {
            assertThatThrownBy(() -> made.apply(tooShort))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage(name + " is " + tooShort + ", must be positive");
        }
    }

    @Test
    void eachBoundOfSessionsHasALeastValue() {
        least("maxSubscriptions", 0, it -> sessions(it, 0, 1, 1));
        least("maxListenStreams", 0, it -> sessions(0, it, 1, 1));
        least("maxStreamsPerCaller", 1, it -> sessions(0, 0, it, 1));
        least("maxQuestions", 1, it -> sessions(0, 0, 1, it));
        positive("idleExpiry", it -> times(it, LEAST, LEAST));
        positive("initializeTimeout", it -> times(LEAST, it, LEAST));
        positive("writeTimeout", it -> times(LEAST, LEAST, it));
    }

    @Test
    void eachCapOfSessionsHasALeastValue() {
        least("all", 1, it -> new Caps(it, 1, 1, LEAST));
        least("perPrincipal", 1, it -> new Caps(1, it, 1, LEAST));
        least("perAddress", 1, it -> new Caps(1, 1, it, LEAST));
        positive("unused", it -> new Caps(1, 1, 1, it));
    }

    @Test
    void eachBoundOfEventsHasALeastValue() {
        least("maxEvents", 1, it -> new EventBounds(it, 1, 1));
        least("maxBytes", 1, it -> new EventBounds(1, it, 1));
        least("maxNodeBytes", 1, it -> new EventBounds(1, 1, it));
    }

    @Test
    void eachBoundOfWhatIsKeptHasALeastValue() {
        least("maxUriChars", 1, it -> new KeptBounds(it, 1, 0, 0, 0));
        least("maxMessageBytes", 1, it -> new KeptBounds(1, it, 0, 0, 0));
        least("maxPatterns", 0, it -> new KeptBounds(1, 1, it, 0, 0));
        least("maxMetadataEntries", 0, it -> new KeptBounds(1, 1, 0, it, 0));
        least("maxMetadataBytes", 0, it -> new KeptBounds(1, 1, 0, 0, it));
    }

    @Test
    void theLifetimeOfStatesIsPositive() {
        ServerLimits all = ServerLimits.DEFAULTS;
        positive(
                "stateLifetime",
                it -> new ServerLimits(all.calls(), all.sessions(), all.catalogs(), it));
    }
}
