package io.erlmcp.websocket;

import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * How both sides agree on compression in the opening handshake (RFC 7692, 7.1): always without
 * context takeover, with windows of 32 KiB.
 */
final class DeflateOffer {
    /** What a client offers. */
    static final String OFFER =
            "permessage-deflate; server_no_context_takeover; client_no_context_takeover";

    private static final String NAME = "permessage-deflate";
    private static final String SERVER_ALONE = "server_no_context_takeover";
    private static final String CLIENT_ALONE = "client_no_context_takeover";
    private static final String SERVER_WINDOW = "server_max_window_bits";
    private static final String CLIENT_WINDOW = "client_max_window_bits";
    private static final int LEAST_BITS = 8;
    private static final int BITS = 15;

    private DeflateOffer() {}

    /**
     * The answer to the first offer that can be met; null for none.
     *
     * @param offers the elements of {@code Sec-WebSocket-Extensions}
     */
    static @Nullable String answer(List<String> offers) {
        for (String offer : offers) {
            Set<String> seen = new HashSet<>();
            if (isDeflate(offer, seen) && !hasSmallWindow(offer)) {
                return OFFER + (seen.contains(SERVER_WINDOW) ? "; " + SERVER_WINDOW + "=15" : "");
            }
        }
        return null;
    }

    /** Whether the server agreed, in words that answer {@link #OFFER}. */
    static boolean isAccepted(String answer) {
        Set<String> seen = new HashSet<>();
        return isDeflate(answer, seen)
                && seen.contains(SERVER_ALONE)
                && !seen.contains(CLIENT_WINDOW);
    }

    /** Our engine always writes with the largest window. */
    private static boolean hasSmallWindow(String offer) {
        for (String parameter : parameters(offer)) {
            if (name(parameter).equals(SERVER_WINDOW) && bits(value(parameter)) < BITS) {
                return true;
            }
        }
        return false;
    }

    private static List<String> parameters(String element) {
        return List.of(element.split(";", -1)).stream().skip(1).map(String::strip).toList();
    }

    private static boolean isDeflate(String element, Set<String> seen) {
        if (!element.split(";", -1)[0].strip().equalsIgnoreCase(NAME)) {
            return false;
        }
        for (String parameter : parameters(element)) {
            String name = name(parameter);
            if (!seen.add(name) || !isKnown(name, value(parameter))) {
                return false;
            }
        }
        return true;
    }

    private static String name(String parameter) {
        int equals = parameter.indexOf('=');
        return (equals < 0 ? parameter : parameter.substring(0, equals))
                .strip()
                .toLowerCase(Locale.ROOT);
    }

    private static @Nullable String value(String parameter) {
        int equals = parameter.indexOf('=');
        if (equals < 0) {
            return null;
        }
        String value = parameter.substring(equals + 1).strip();
        boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
        return quoted ? value.substring(1, value.length() - 1) : value;
    }

    private static boolean isKnown(String name, @Nullable String value) {
        return switch (name) {
            case SERVER_ALONE, CLIENT_ALONE -> value == null;
            case SERVER_WINDOW -> bits(value) >= LEAST_BITS;
            case CLIENT_WINDOW -> value == null || bits(value) >= LEAST_BITS;
            default -> false;
        };
    }

    /** 8 to 15, or 0 for anything else. */
    private static int bits(@Nullable String text) {
        if (text == null || !text.matches("[89]|1[0-5]")) {
            return 0;
        }
        return Integer.parseInt(text);
    }
}
