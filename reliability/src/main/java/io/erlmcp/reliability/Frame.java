package io.erlmcp.reliability;

import java.nio.charset.StandardCharsets;

/**
 * What is sent in place of a message.
 *
 * @param how how it was made, for the report
 * @param mustFail it cannot be a success, whatever it is
 */
@SuppressWarnings("ArrayRecordComponent") // bytes on their way, never compared
record Frame(String how, byte[] bytes, boolean mustFail) {
    /** For the report: short, and printable. */
    String shown() {
        String text =
                new String(bytes, 0, Math.min(bytes.length, 300), StandardCharsets.ISO_8859_1);
        return how + " (" + bytes.length + " bytes): " + text.replaceAll("[^ -~]", "?");
    }
}
