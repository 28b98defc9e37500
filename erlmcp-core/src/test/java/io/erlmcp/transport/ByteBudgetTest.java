package io.erlmcp.transport;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;

@Requirement({"R14", "security.operations"})
class ByteBudgetTest {
    @Test
    void itIsTightFromThreeQuartersOnAndExhaustedAtItsLimit() {
        ByteBudget budget = new ByteBudget(100);
        budget.charge(74);
        assertThat(budget.isTight()).isFalse();
        budget.charge(1);
        assertThat(budget.isTight()).isTrue();
        budget.charge(24);
        assertThat(budget.isExhausted()).isFalse();
        budget.charge(1);
        assertThat(budget.isExhausted()).isTrue();
        budget.release(26);
        assertThat(budget.isTight()).isFalse();
    }
}
