package io.erlmcp.session;

import io.erlmcp.transport.HttpExchange;

import org.jspecify.annotations.Nullable;

import java.util.List;
import java.util.Locale;

/** Which kinds of answer a client takes. No Accept header means JSON. */
record Accepts(boolean json, boolean stream) {
    private static final String JSON = "application/json";
    private static final String STREAM = "text/event-stream";

    /** What the specification asks of clients, so what nearly all of them send. */
    private static final List<String> USUAL =
            List.of(JSON + ", " + STREAM, STREAM + ", " + JSON, JSON + "," + STREAM);

    private static final Accepts BOTH = new Accepts(true, true);

    static Accepts of(HttpExchange http) {
        List<String> headers = http.headers("accept");
        if (headers.isEmpty()) {
            return new Accepts(true, false);
        }
        if (headers.size() == 1 && USUAL.contains(headers.getFirst())) {
            return BOTH;
        }
        String types = String.join(",", headers).toLowerCase(Locale.ROOT);
        boolean all = types.contains("*/*");
        return new Accepts(
                all || types.contains(JSON) || types.contains("application/*"),
                all || types.contains(STREAM) || types.contains("text/*"));
    }

    /** True for application/json, with whatever parameters but another charset than UTF-8. */
    static boolean isJson(@Nullable String contentType) {
        if (JSON.equals(contentType)) {
            return true;
        }
        if (contentType == null || !contentType.regionMatches(true, 0, JSON, 0, JSON.length())) {
            return false;
        }
        String rest = contentType.substring(JSON.length()).strip().toLowerCase(Locale.ROOT);
        if (rest.isEmpty()) {
            return true;
        }
        int charset = rest.indexOf("charset=");
        return rest.charAt(0) == ';'
                && (charset < 0
                        || rest.startsWith("utf-8", charset + 8)
                        || rest.startsWith("\"utf-8\"", charset + 8));
    }
}
