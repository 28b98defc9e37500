package io.erlmcp.http;

import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A request's line and headers: the bytes as they came, and where in them each part lies. Immutable
 * once parsed; strings are made only for what is asked.
 */
final class RequestHead {
    private static final int MAX_LENGTH_DIGITS = 15;
    private static final int NONE = -1;
    private static final byte[] GET = Ascii.bytes("GET");
    private static final byte[] POST = Ascii.bytes("POST");
    private static final byte[] HTTP = Ascii.bytes("HTTP/");

    private final byte[] bytes;

    private final HeaderFields fields;
    private String method = "";
    private int targetFrom;
    private int pathFrom;
    private int pathTo;
    private int targetTo;
    private boolean http10;

    private int host = NONE;
    private int origin = NONE;
    private int expect = NONE;
    private int contentEncoding = NONE;
    private int transferEncoding = NONE;
    private long contentLength = NONE;
    private boolean connectionClose;
    private boolean credentials;

    private RequestHead(byte[] bytes) {
        this.bytes = bytes;
        this.fields = new HeaderFields(bytes);
    }

    /**
     * Parses a head that ends in its empty line and has proper line ends; throws 400, 501 or 505.
     */
    static RequestHead parse(byte[] bytes) {
        RequestHead head = new RequestHead(bytes);
        int at = head.requestLine();
        while (bytes[at] != '\r') {
            at = head.header(at);
        }
        if (at + 2 != bytes.length) {
            throw new HttpRefusal(400, "stray CR in the request's head");
        }
        head.checkFraming();
        return head;
    }

    /**
     * Whether the same head stands at {@code from}. Its end is its first empty line, so the same
     * bytes are the whole head there too.
     */
    boolean standsIn(byte[] other, int from, int to) {
        return to - from >= bytes.length
                && Arrays.equals(bytes, 0, bytes.length, other, from, from + bytes.length);
    }

    /** The same bytes came as the head of another request: what is read of them is remembered. */
    void comesAgain() {
        fields.remember();
    }

    int length() {
        return bytes.length;
    }

    private int requestLine() {
        int at = 0;
        while (Ascii.isToken(bytes[at])) {
            at++;
        }
        if (at == 0 || bytes[at] != ' ') {
            throw new HttpRefusal(400, "request line does not start with a method and one blank");
        }
        method = methodOf(at);
        targetFrom = ++at;
        while (Ascii.isTarget(bytes[at])) {
            at++;
        }
        targetTo = at;
        if (targetTo == targetFrom || bytes[at] != ' ') {
            throw new HttpRefusal(
                    400, "request target is empty, or holds bytes that are not allowed there");
        }
        at = version(at + 1);
        target();
        return at;
    }

    private String methodOf(int to) {
        if (Ascii.equals(bytes, 0, to, POST)) {
            return "POST";
        }
        return Ascii.equals(bytes, 0, to, GET) ? "GET" : Ascii.text(bytes, 0, to);
    }

    /** {@code HTTP/1.1} or {@code HTTP/1.0} and the line end. */
    private int version(int at) {
        boolean shape =
                bytes.length >= at + 10
                        && Ascii.equals(bytes, at, at + 5, HTTP)
                        && isDigit(bytes[at + 5])
                        && bytes[at + 6] == '.'
                        && isDigit(bytes[at + 7])
                        && bytes[at + 8] == '\r'
                        && bytes[at + 9] == '\n';
        if (!shape) {
            throw new HttpRefusal(400, "request line does not end in HTTP/1.1");
        }
        if (bytes[at + 5] != '1' || bytes[at + 7] > '1') {
            throw new HttpRefusal(
                    505, "HTTP version " + Ascii.text(bytes, at + 5, at + 8) + ", offered is 1.1");
        }
        http10 = bytes[at + 7] == '0';
        return at + 10;
    }

    private void target() {
        pathFrom = targetFrom;
        if (bytes[targetFrom] != '/') {
            pathFrom = absoluteForm();
        }
        pathTo = pathFrom;
        while (pathTo < targetTo && bytes[pathTo] != '?') {
            if (bytes[pathTo] == '#') {
                throw new HttpRefusal(400, "request target holds a fragment");
            }
            pathTo++;
        }
    }

    /**
     * Finds the path in {@code http://host/path}; leaves other forms, which no route answers, as
     * they are.
     */
    private int absoluteForm() {
        int authority = authorityFrom();
        if (authority == NONE) {
            return targetFrom;
        }
        int at = authority;
        while (at < targetTo && bytes[at] != '/' && bytes[at] != '?') {
            at++;
        }
        return at;
    }

    private int authorityFrom() {
        for (String scheme : List.of("http://", "https://")) {
            int end = targetFrom + scheme.length();
            if (end < targetTo && Ascii.equalsIgnoreCase(bytes, targetFrom, end, scheme)) {
                return end;
            }
        }
        return NONE;
    }

    private int header(int lineFrom) {
        int colon = lineFrom;
        while (Ascii.isToken(bytes[colon])) {
            colon++;
        }
        if (colon == lineFrom || bytes[colon] != ':') {
            boolean folded = bytes[lineFrom] == ' ' || bytes[lineFrom] == '\t';
            throw new HttpRefusal(
                    400,
                    folded ? "folded header line" : "header line without a valid name and a colon");
        }
        int from = colon + 1;
        while (HeaderFields.isBlank(bytes[from])) {
            from++;
        }
        int end = from;
        while (Ascii.isFieldContent(bytes[end])) {
            end++;
        }
        if (bytes[end] != '\r' || bytes[end + 1] != '\n') {
            throw new HttpRefusal(
                    400,
                    "value of header "
                            + Ascii.quoted(bytes, lineFrom, colon)
                            + " holds a control character");
        }
        int to = end;
        while (to > from && HeaderFields.isBlank(bytes[to - 1])) {
            to--;
        }
        known(fields.add(lineFrom, colon, from, to), colon - lineFrom);
        return end + 2;
    }

    /** Remembers headers that framing and access look at. */
    private void known(int index, int nameBytes) {
        switch (nameBytes) {
            case 4 -> host = only("host", index, host);
            case 6 -> {
                credentials |= fields.isNamed(index, "cookie");
                origin = only("origin", index, origin);
                expect = only("expect", index, expect);
            }
            case 9 -> credentials |= fields.isNamed(index, "x-api-key");
            case 13 -> credentials |= fields.isNamed(index, "authorization");
            case 10 ->
                    connectionClose |=
                            fields.isNamed(index, "connection")
                                    && fields.valueLists(index, "close");
            case 14 -> length(index);
            case 16 -> contentEncoding = only("content-encoding", index, contentEncoding);
            case 17 -> transferEncoding = only("transfer-encoding", index, transferEncoding);
            default -> {
                // of no concern to framing or access
            }
        }
    }

    private int only(String name, int index, int before) {
        if (!fields.isNamed(index, name)) {
            return before;
        }
        if (before != NONE) {
            throw new HttpRefusal(400, "header " + name + " is there twice");
        }
        return index;
    }

    private void length(int index) {
        if (!fields.isNamed(index, "content-length")) {
            return;
        }
        if (contentLength != NONE) {
            throw new HttpRefusal(400, "header content-length is there twice");
        }
        int from = fields.valueFrom(index);
        int to = fields.valueTo(index);
        if (from == to || to - from > MAX_LENGTH_DIGITS) {
            throw badLength(index);
        }
        long length = 0;
        for (int i = from; i < to; i++) {
            if (!isDigit(bytes[i])) {
                throw badLength(index);
            }
            length = length * 10 + bytes[i] - '0';
        }
        contentLength = length;
    }

    private HttpRefusal badLength(int index) {
        return new HttpRefusal(
                400,
                "Content-Length is "
                        + fields.quoted(index)
                        + ", must be a number of at most 15 digits");
    }

    private void checkFraming() {
        if (transferEncoding != NONE) {
            if (contentLength != NONE) {
                throw new HttpRefusal(400, "request has both Content-Length and Transfer-Encoding");
            }
            if (http10) {
                throw new HttpRefusal(400, "Transfer-Encoding in HTTP/1.0");
            }
            if (!fields.valueIs(transferEncoding, "chunked")) {
                throw new HttpRefusal(
                        501,
                        "Transfer-Encoding is "
                                + fields.quoted(transferEncoding)
                                + ", offered is chunked");
            }
        }
        if (host == NONE && !http10) {
            throw new HttpRefusal(400, "header Host is missing");
        }
    }

    String method() {
        return method;
    }

    /** Whether the method is HEAD, whose answers have no body. */
    boolean isNamedHead() {
        return method.equals("HEAD");
    }

    boolean isHttp10() {
        return http10;
    }

    boolean keepAlive() {
        return !connectionClose && !http10;
    }

    /** -1 without Content-Length. */
    long contentLength() {
        return contentLength;
    }

    boolean isChunked() {
        return transferEncoding != NONE;
    }

    boolean hasBody() {
        return transferEncoding != NONE || contentLength > 0;
    }

    boolean pathIs(byte[] path) {
        return Ascii.equals(bytes, pathFrom, pathTo, path);
    }

    /** The path; empty in {@code http://host}. */
    String path() {
        return Ascii.text(bytes, pathFrom, pathTo);
    }

    @Nullable String query() {
        return pathTo == targetTo ? null : Ascii.text(bytes, pathTo + 1, targetTo);
    }

    /** Whether the target has a form that a server with paths can answer. */
    boolean hasPath() {
        return bytes[targetFrom] == '/' || authorityFrom() != NONE;
    }

    boolean hostIn(AccessRules rules) {
        int authority = authorityFrom();
        if (authority != NONE && !rules.hostAllowed(bytes, authority, pathFrom)) {
            return false;
        }
        if (host == NONE) {
            return true;
        }
        return rules.hostAllowed(bytes, fields.valueFrom(host), fields.valueTo(host));
    }

    String quotedHost() {
        return host == NONE ? "" : fields.quoted(host);
    }

    boolean hasOrigin() {
        return origin != NONE;
    }

    boolean originIn(AccessRules rules) {
        return rules.originAllowed(bytes, fields.valueFrom(origin), fields.valueTo(origin));
    }

    String quotedOrigin() {
        return origin == NONE ? "" : fields.quoted(origin);
    }

    @Nullable String origin() {
        return valueAt(origin);
    }

    @Nullable String expect() {
        return valueAt(expect);
    }

    @Nullable String contentEncoding() {
        return valueAt(contentEncoding);
    }

    private @Nullable String valueAt(int index) {
        return index == NONE ? null : fields.value(index);
    }

    /** Whether a header is there that may say who the caller is. */
    boolean hasCredentials() {
        return credentials;
    }

    HeaderFields fields() {
        return fields;
    }

    private static boolean isDigit(byte b) {
        return b >= '0' && b <= '9';
    }
}
