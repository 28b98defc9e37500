package io.erlmcp.http;

/**
 * Finds the end of a request's head in bytes that arrive in pieces, each byte looked at once. Lines
 * end in CR LF and nothing else; the limits on lines are kept here, before anything is stored or
 * parsed.
 */
final class HeadScanner {
    private final HttpServerConfig.Limits limits;
    private int scanned;
    private int lineStart;
    private int lines;
    private int headersStart;

    HeadScanner(HttpServerConfig.Limits limits) {
        this.limits = limits;
    }

    void reset() {
        scanned = 0;
        lineStart = 0;
        lines = 0;
        headersStart = 0;
    }

    /**
     * Goes on where the last call ended.
     *
     * @param from where the head starts; the bytes before were the same at the last call
     * @return the head's length with its empty line, or -1 when its end is not there yet
     */
    int scan(byte[] bytes, int from, int to) {
        int length = to - from;
        for (int i = scanned; i < length; i++) {
            byte b = bytes[from + i];
            if (b == '\n') {
                if (i == lineStart || bytes[from + i - 1] != '\r') {
                    throw new HttpRefusal(
                            400, "a line of the request's head ends in LF without CR");
                }
                boolean last = line(i - 1 - lineStart, i + 1);
                lineStart = i + 1;
                if (last) {
                    return i + 1;
                }
            }
        }
        scanned = length;
        unfinished(length);
        return -1;
    }

    private boolean line(int lineBytes, int end) {
        if (lines == 0) {
            checkRequestLine(lineBytes);
            headersStart = end;
            lines = 1;
            return false;
        }
        if (lineBytes == 0) {
            return true;
        }
        checkHeaderBytes(end - headersStart);
        if (lines > limits.maxHeaders()) {
            throw new HttpRefusal(431, "request has more than " + limits.maxHeaders() + " headers");
        }
        lines++;
        return false;
    }

    private void unfinished(int length) {
        if (lines == 0) {
            // a CR that may belong to the line end is not counted yet
            checkRequestLine(length - 1);
        } else {
            checkHeaderBytes(length - headersStart - 2);
        }
    }

    private void checkRequestLine(int lineBytes) {
        if (lineBytes > limits.maxRequestLineBytes()) {
            throw new HttpRefusal(
                    414, "request line is longer than " + limits.maxRequestLineBytes() + " bytes");
        }
    }

    private void checkHeaderBytes(int headerBytes) {
        if (headerBytes > limits.maxHeaderBytes()) {
            throw new HttpRefusal(
                    431, "headers are longer than " + limits.maxHeaderBytes() + " bytes");
        }
    }
}
