package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.observability.ComponentId;
import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;

/** The step {@code degrade} of what failed because a resource ran out. */
class HoldBackTest {
    private static final String A = "upstreams/a";

    private final Course course = new Course();

    @Test
    @Requirement("strategist.steps")
    void whatFailedForWantOfWhatTheNodeNeedsHasTheNodeHoldBack() {
        course.start(A);
        course.failAndStart(A, new OutOfMemoryError("Java heap space"));

        assertThat(course.lastClass(A)).isEqualTo(FailureClass.RESOURCE_EXHAUSTION);
        assertThat(course.steps()).containsExactly("degrade started");
        assertThat(course.effects)
                .contains(new RecoveryEffect.HoldBack(new ComponentId(A), Shortage.MEMORY));
    }

    @Test
    @Requirement("strategist.steps")
    void aChildThatRanOutOfItsOwnIsDegradedAlone() {
        course.start(A);
        course.failAndStart(A, new IllegalStateException("ended: heap out of memory"));

        assertThat(course.lastClass(A)).isEqualTo(FailureClass.RESOURCE_EXHAUSTION);
        assertThat(course.steps()).containsExactly("degrade started");
        assertThat(course.of(A).condition()).isEqualTo(Condition.DEGRADED);
        assertThat(course.hasEffect(RecoveryEffect.HoldBack.class)).isFalse();
    }
}
