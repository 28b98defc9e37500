package io.erlmcp.testkit;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.fail;

import io.erlmcp.client.McpTimeoutException;
import io.erlmcp.protocol.McpException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** How a request ended: with a result, or with what it threw. */
record Outcome<R>(String what, @Nullable R result, @Nullable RuntimeException failure) {
    static <R> Outcome<R> of(String what, Supplier<R> request) {
        try {
            return new Outcome<>(what, request.get(), null);
        } catch (RuntimeException e) {
            return new Outcome<>(what, null, e);
        }
    }

    /** The result; fails with what the request threw. */
    R requireResult() {
        R present = result;
        if (present == null) {
            throw new AssertionError(what + " should succeed, but threw " + failure, failure);
        }
        return present;
    }

    McpException requireRefusal(int code) {
        if (!(failure instanceof McpException refusal)) {
            return fail("%s should be refused with %d, but %s", what, code, ending());
        }
        assertThat(refusal.code())
                .as("code of the refusal of %s: %s", what, refusal.getMessage())
                .isEqualTo(code);
        return refusal;
    }

    void requireTimeout() {
        if (!(failure instanceof McpTimeoutException)) {
            fail("%s should time out, but %s", what, ending());
        }
    }

    private String ending() {
        return failure != null ? "threw " + failure : "answered " + result;
    }
}
