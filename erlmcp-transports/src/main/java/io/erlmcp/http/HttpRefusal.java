package io.erlmcp.http;

/** A request that the server answers by itself. Carries no stack: refusing must stay cheap. */
final class HttpRefusal extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final int status;
    private final String reason;

    HttpRefusal(int status, String reason) {
        super(reason, null, false, false);
        this.status = status;
        this.reason = reason;
    }

    int status() {
        return status;
    }

    /**
     * What was wrong: the thing, the value and the limit; quoted values are made printable by who
     * throws.
     */
    String reason() {
        return reason;
    }
}
