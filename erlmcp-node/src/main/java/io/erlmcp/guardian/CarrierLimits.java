package io.erlmcp.guardian;

import java.time.Duration;

/**
 * How many carriers there may be for virtual threads.
 *
 * @param least as many as there are without the guardian
 * @param most as many as there may be
 * @param patience how long a virtual thread may wait for one before another is added
 * @param calm how long all must be well before one is taken away
 */
public record CarrierLimits(int least, int most, Duration patience, Duration calm) {
    public CarrierLimits {
        if (least < 1 || most < least || !patience.isPositive() || !calm.isPositive()) {
            throw new IllegalArgumentException(
                    "carriers from " + least + " to " + most + ", " + patience + ", " + calm);
        }
    }

    /** From what there is to four times as many, at least eight more. */
    public static CarrierLimits from(int present) {
        return new CarrierLimits(
                present,
                Math.max(present * 4, present + 8),
                Duration.ofMillis(300),
                Duration.ofSeconds(60));
    }
}
