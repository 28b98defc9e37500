package io.erlmcp.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.erlmcp.testing.Requirement;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@Requirement("strategist.plan")
class PlansTest {
    @Test
    void theWholeTableIsThisOne() {
        assertThat(Plans.TABLE.stream().map(PlansTest::text))
                .containsExactly(
                        "transient 1: attempt, degrade, manual",
                        "transient 2: attempt, degrade, notify, manual",
                        "transient 3 and more: investigate, attempt, notify, manual",
                        "persistent 1 to 3: investigate, attempt, notify, manual",
                        "persistent 4 and more: degrade, notify, manual",
                        "cascade 1 and more: notify, manual",
                        "resource_exhaustion 1 and more: degrade, notify, manual",
                        "unknown 1 and more: investigate, attempt, notify, manual");
    }

    private static String text(Plans.Row row) {
        String counts =
                row.to() == Plans.AND_MORE
                        ? row.from() + " and more"
                        : row.from() == row.to() ? "" + row.from() : row.from() + " to " + row.to();
        return row.type().text()
                + ' '
                + counts
                + ": "
                + row.steps().stream().map(PlanStep::text).collect(Collectors.joining(", "));
    }

    @ParameterizedTest
    @EnumSource
    void everyClassAndCountHasExactlyOneRow(FailureClass type) {
        for (int count : new int[] {1, 2, 3, 4, 5, 100, Integer.MAX_VALUE}) {
            int at = count;
            assertThat(Plans.TABLE)
                    .filteredOn(it -> it.type() == type && it.from() <= at && at <= it.to())
                    .as(type + " " + count)
                    .hasSize(1);
            assertThat(Plans.of(type, count)).endsWith(PlanStep.MANUAL);
        }
        assertThatThrownBy(() -> Plans.of(type, 0)).hasMessageContaining("count 0");
    }
}
