package io.erlmcp.http;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which Host and Origin headers may pass, and what a browser is told about it. Immutable. */
final class AccessRules {
    private static final int ANY_PORT = -1;
    private static final int NO_PORT = -2;
    private static final int BAD_PORT = -3;
    private static final String HTTP = "http://";
    private static final String HTTPS = "https://";

    private static final List<String> REQUEST_HEADERS =
            List.of(
                    "accept",
                    "authorization",
                    "content-type",
                    "last-event-id",
                    "mcp-method",
                    "mcp-name",
                    "mcp-protocol-version",
                    "mcp-session-id",
                    "traceparent",
                    "tracestate",
                    "x-api-key");
    private static final String PARAM_PREFIX = "mcp-param-";

    static final String EXPOSED =
            "Mcp-Session-Id, MCP-Protocol-Version, Retry-After, WWW-Authenticate";

    private record Name(String host, int port) {}

    private record Origin(String scheme, Name name) {}

    private final List<Name> hosts = new ArrayList<>();
    private final List<Origin> origins = new ArrayList<>();
    private final boolean anyHost;

    AccessRules(HttpServerConfig.Access access, String boundHost) {
        anyHost = access.hosts().contains("*");
        for (String host : access.hosts()) {
            hosts.add(name(host, ANY_PORT));
        }
        if (!isWildcard(boundHost)) {
            boolean bareIpv6 = boundHost.indexOf(':') >= 0 && !boundHost.startsWith("[");
            hosts.add(new Name(bareIpv6 ? "[" + boundHost + "]" : boundHost, ANY_PORT));
        }
        for (String origin : access.origins()) {
            String scheme = origin.startsWith(HTTPS) ? HTTPS : HTTP;
            origins.add(
                    new Origin(scheme, name(origin.substring(scheme.length()), portOf(scheme))));
        }
    }

    private static boolean isWildcard(String host) {
        return host.equals("0.0.0.0") || host.equals("::") || host.equals("[::]");
    }

    private static Name name(String text, int portWhenAbsent) {
        byte[] bytes = Ascii.bytes(text);
        int end = nameEnd(bytes, 0, bytes.length);
        int port = text.endsWith(":*") ? ANY_PORT : port(bytes, end, bytes.length);
        if (port == BAD_PORT) {
            throw new IllegalArgumentException(
                    "allowed host or origin \"" + text + "\" has a bad port");
        }
        return new Name(text.substring(0, end), port == NO_PORT ? portWhenAbsent : port);
    }

    boolean hostAllowed(byte[] bytes, int from, int to) {
        if (anyHost) {
            return true;
        }
        int end = nameEnd(bytes, from, to);
        int port = port(bytes, end, to);
        for (Name name : hosts) {
            if (matches(name, bytes, from, end, port)) {
                return true;
            }
        }
        return false;
    }

    boolean originAllowed(byte[] bytes, int from, int to) {
        String scheme = startsWith(bytes, from, to, HTTP) ? HTTP : HTTPS;
        if (!startsWith(bytes, from, to, scheme)) {
            return false;
        }
        int nameFrom = from + scheme.length();
        int end = nameEnd(bytes, nameFrom, to);
        int given = port(bytes, end, to);
        int port = given == NO_PORT ? portOf(scheme) : given;
        for (Origin origin : origins) {
            if (origin.scheme().equals(scheme)
                    && matches(origin.name(), bytes, nameFrom, end, port)) {
                return true;
            }
        }
        return false;
    }

    private static boolean matches(Name name, byte[] bytes, int from, int end, int port) {
        return port != BAD_PORT
                && (name.port() == ANY_PORT || name.port() == port)
                && Ascii.equalsIgnoreCase(bytes, from, end, name.host());
    }

    private static boolean startsWith(byte[] bytes, int from, int to, String prefix) {
        return to - from >= prefix.length()
                && Ascii.equalsIgnoreCase(bytes, from, from + prefix.length(), prefix);
    }

    private static int portOf(String scheme) {
        return scheme.equals(HTTP) ? 80 : 443;
    }

    /**
     * Where the port's colon stands: after the bracket of an IPv6 address, else at the first colon.
     */
    private static int nameEnd(byte[] bytes, int from, int to) {
        int at = from;
        if (at < to && bytes[at] == '[') {
            while (at < to && bytes[at] != ']') {
                at++;
            }
        }
        while (at < to && bytes[at] != ':') {
            at++;
        }
        return at;
    }

    private static int port(byte[] bytes, int colon, int to) {
        if (colon == to) {
            return NO_PORT;
        }
        int digits = to - colon - 1;
        int port = 0;
        for (int i = colon + 1; i < to; i++) {
            if (bytes[i] < '0' || bytes[i] > '9' || digits > 5) {
                return BAD_PORT;
            }
            port = port * 10 + bytes[i] - '0';
        }
        return digits == 0 || port > 65_535 ? BAD_PORT : port;
    }

    /**
     * The headers of a preflight's answer, for an origin that is allowed.
     *
     * @param asked the value of Access-Control-Request-Headers; names that MCP has no use for are
     *     left out
     */
    static List<String> preflight(@Nullable String asked) {
        List<String> allowed = new ArrayList<>();
        for (String name : asked == null ? new String[0] : asked.split(",", -1)) {
            String trimmed = name.trim();
            byte[] bytes = Ascii.bytes(trimmed);
            if (isAllowed(bytes)) {
                allowed.add(trimmed);
            }
        }
        List<String> headers = new ArrayList<>();
        headers.add("Access-Control-Allow-Methods");
        headers.add("GET, POST, DELETE");
        if (!allowed.isEmpty()) {
            headers.add("Access-Control-Allow-Headers");
            headers.add(String.join(", ", allowed));
        }
        headers.add("Access-Control-Max-Age");
        headers.add("600");
        return headers;
    }

    private static boolean isAllowed(byte[] name) {
        for (byte b : name) {
            if (!Ascii.isToken(b)) {
                return false;
            }
        }
        if (startsWith(name, 0, name.length, PARAM_PREFIX)) {
            return true;
        }
        for (String header : REQUEST_HEADERS) {
            if (Ascii.equalsIgnoreCase(name, 0, name.length, header)) {
                return true;
            }
        }
        return false;
    }
}
