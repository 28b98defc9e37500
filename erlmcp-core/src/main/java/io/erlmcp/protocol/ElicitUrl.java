package io.erlmcp.protocol;

/** Asks the user to open a page. {@code elicitationId} is sent to 2025-11-25 peers only. */
public record ElicitUrl(String message, String url, String elicitationId) implements InputRequest {}
