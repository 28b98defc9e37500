package io.erlmcp.http;

/** What a request must pass between its head and its body; cheap, and before anything is stored. */
final class RequestChecks {
    private RequestChecks() {}

    /**
     * Refuses names of this server that a browser may have been tricked into, and origins nobody
     * allowed.
     */
    static void access(RequestHead head, AccessRules rules) {
        if (!head.hostIn(rules)) {
            throw new HttpRefusal(
                    403, "host " + head.quotedHost() + " is not one of the allowed hosts");
        }
        if (head.hasOrigin() && !head.originIn(rules)) {
            throw new HttpRefusal(
                    403, "origin " + head.quotedOrigin() + " is not one of the allowed origins");
        }
    }

    /** Refuses what no route could answer. */
    static void form(RequestHead head) {
        switch (head.method()) {
            case "CONNECT", "TRACE" ->
                    throw new HttpRefusal(405, "method " + head.method() + " is not offered");
            default -> {
                if (!head.hasPath()) {
                    throw new HttpRefusal(400, "request target is not a path");
                }
            }
        }
    }

    static boolean isPreflight(RequestHead head) {
        return head.hasOrigin()
                && head.method().equals("OPTIONS")
                && head.fields().first("Access-Control-Request-Method") != null;
    }

    /** Refuses bodies that could not be read. */
    static void body(RequestHead head) {
        String coding = head.contentEncoding();
        if (coding != null && !isGzip(coding) && !coding.equalsIgnoreCase("identity")) {
            byte[] bytes = Ascii.bytes(coding);
            throw new HttpRefusal(
                    415,
                    "Content-Encoding is "
                            + Ascii.quoted(bytes, 0, bytes.length)
                            + ", offered is gzip");
        }
        String expect = head.expect();
        if (expect != null && !expect.equalsIgnoreCase("100-continue")) {
            throw new HttpRefusal(417, "Expect is something else than 100-continue");
        }
    }

    static boolean isGzipped(RequestHead head) {
        String coding = head.contentEncoding();
        return coding != null && head.hasBody() && isGzip(coding);
    }

    private static boolean isGzip(String coding) {
        return coding.equalsIgnoreCase("gzip") || coding.equalsIgnoreCase("x-gzip");
    }
}
