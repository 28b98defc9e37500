package io.erlmcp.upstream;

/** Why a run of an upstream server ended. */
final class UpstreamException extends Exception {
    private static final long serialVersionUID = 1L;

    UpstreamException(String message) {
        super(PlainText.of(message, 500), null, false, false);
    }
}
