package io.erlmcp.testing;

import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Has {@code await()} look at once and each 10 ms, instead of after 100 ms and each 100: hundreds
 * of waits take as long as what they wait for. The tests of all modules have it, by the {@code
 * META-INF/services} and {@code junit-platform.properties} beside it.
 */
public final class EarlyLooks implements BeforeAllCallback {
    private static final Duration BETWEEN = Duration.ofMillis(10);

    @Override
    public void beforeAll(ExtensionContext context) {
        Awaitility.setDefaultPollDelay(Duration.ZERO);
        Awaitility.setDefaultPollInterval(BETWEEN);
    }
}
