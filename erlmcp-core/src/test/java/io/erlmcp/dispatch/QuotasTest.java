package io.erlmcp.dispatch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;

class QuotasTest {
    private final Quotas quotas = new Quotas(3);

    @Test
    @Requirement("R27")
    void aQuotaThatSomebodyHoldsIsTheSameHoweverManyOthersComeMeanwhile() {
        Quota mine = quotas.of("me");

        for (int i = 0; i < 50_000; i++) {
            assertThat(quotas.of("stranger " + i)).isNotSameAs(mine);
        }
        System.gc();

        assertThat(quotas.of("me")).isSameAs(mine);
        assertThat(mine.limit()).isEqualTo(3);
    }

    @Test
    @Requirement("R27")
    void thoseWhoCameOnceAreForgotten() {
        for (int i = 0; i < 50_000; i++) {
            assertThat(quotas.of("stranger " + i).isIdle()).isTrue();
        }

        await().until(
                        () -> {
                            System.gc();
                            quotas.of("another " + System.nanoTime());
                            return quotas.size() < 1_000;
                        });
    }
}
