package io.erlmcp.telemetry;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.dispatch.DispatchEvent;
import io.erlmcp.protocol.Revision;
import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;

@Requirement("health.http")
class RatesTest {
    private final Rates rates = new Rates();

    private void calls(int good, int bad) {
        for (int i = 0; i < good + bad; i++) {
            rates.on(
                    new DispatchEvent.CallFinished(
                            "ping",
                            null,
                            Revision.LATEST,
                            DispatchEvent.Outcome.OK,
                            i < good ? 0 : -32603,
                            1));
        }
    }

    @Test
    void ratesAreOfTheLastMinuteOrOfWhatThereWasOfIt() {
        calls(8, 2);
        rates.second();
        assertThat(rates.perSecond()).isEqualTo(10);
        assertThat(rates.errorsInMinute()).isEqualTo(2);
        rates.second();
        assertThat(rates.perSecond()).isEqualTo(5);
        for (int i = 0; i < 58; i++) {
            rates.second();
        }
        assertThat(rates.errorsInMinute()).as("60 s are a minute").isEqualTo(2);
        rates.second();
        assertThat(rates.errorsInMinute()).isZero();
        assertThat(rates.perSecond()).isZero();
    }
}
