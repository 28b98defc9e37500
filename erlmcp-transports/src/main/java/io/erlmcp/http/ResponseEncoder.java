package io.erlmcp.http;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.codec.http.HttpResponseStatus;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Writes an answer's head, and its body behind it, into one buffer. Stateless; from any thread. */
final class ResponseEncoder {
    private static final byte[] OK = statusLine(200);
    private static final byte[] ACCEPTED = statusLine(202);
    private static final byte[] CONTENT_LENGTH = Ascii.bytes("Content-Length: ");
    private static final byte[] CLOSE = Ascii.bytes("Connection: close\r\n");
    private static final byte[] CHUNKED = Ascii.bytes("Transfer-Encoding: chunked\r\n");
    private static final byte[] EVENT_STREAM =
            Ascii.bytes(
                    "Content-Type: text/event-stream\r\n"
                            + "Cache-Control: no-cache, no-transform\r\n"
                            + "X-Accel-Buffering: no\r\n");
    private static final byte[] ALLOW_ORIGIN = Ascii.bytes("Access-Control-Allow-Origin: ");
    private static final byte[] VARY =
            Ascii.bytes(
                    "\r\nVary: Origin\r\nAccess-Control-Expose-Headers: "
                            + AccessRules.EXPOSED
                            + "\r\n");
    private static final byte[] COLON = Ascii.bytes(": ");
    private static final byte[] LINE_END = Ascii.bytes("\r\n");
    private static final int HEAD_BYTES = 320;
    private static final int ORIGIN_BYTES = 256;

    /**
     * What an answer's head depends on besides its own headers.
     *
     * @param origin the request's origin, which was allowed, or null
     * @param withBody false in the answer to HEAD
     */
    record Framing(@Nullable String origin, boolean close, boolean withBody, DateHeader date) {
        boolean isUsual() {
            return origin == null && !close && withBody;
        }
    }

    private ResponseEncoder() {}

    static ByteBuf answer(
            ByteBufAllocator allocator,
            Framing framing,
            int status,
            List<String> headers,
            Body body) {
        if (status == 200 && framing.isUsual() && isJson(headers)) {
            return json(allocator, framing.date(), body);
        }
        checkHeaders(headers);
        ByteBuf out = allocator.directBuffer(size(headers, framing) + body.length);
        head(out, framing, status, headers);
        if (status != 204 && status != 304) {
            out.writeBytes(CONTENT_LENGTH);
            ByteBufUtil.writeAscii(out, Integer.toString(body.length));
            out.writeBytes(LINE_END);
        }
        out.writeBytes(LINE_END);
        if (framing.withBody() && status != 204 && status != 304) {
            out.writeBytes(body.bytes, body.offset, body.length);
        }
        return out;
    }

    private static boolean isJson(List<String> headers) {
        return headers.size() == 2
                && headers.get(0).equals("content-type")
                && headers.get(1).equals("application/json");
    }

    /** What nearly every answer is, in as few writes as can be. */
    private static ByteBuf json(ByteBufAllocator allocator, DateHeader date, Body body) {
        byte[] start = date.startOfJson();
        byte[] rest = endOfHead(body.length);
        ByteBuf out = allocator.directBuffer(start.length + rest.length + body.length);
        return out.writeBytes(start)
                .writeBytes(rest)
                .writeBytes(body.bytes, body.offset, body.length);
    }

    /** The digits of {@code length}, the end of their line and an empty line. */
    private static byte[] endOfHead(int length) {
        int digits = 1;
        for (int left = length; left >= 10; left /= 10) {
            digits++;
        }
        byte[] bytes = new byte[digits + 4];
        int left = length;
        for (int i = digits - 1; i >= 0; i--) {
            bytes[i] = (byte) ('0' + left % 10);
            left /= 10;
        }
        bytes[digits] = '\r';
        bytes[digits + 1] = '\n';
        bytes[digits + 2] = '\r';
        bytes[digits + 3] = '\n';
        return bytes;
    }

    /** A body as a piece of an array, which stays the caller's. */
    static final class Body {
        static final Body NONE = of(new byte[0]);

        private final byte[] bytes;
        private final int offset;
        private final int length;

        Body(byte[] bytes, int offset, int length) {
            this.bytes = bytes;
            this.offset = offset;
            this.length = length;
        }

        static Body of(byte[] bytes) {
            return new Body(bytes, 0, bytes.length);
        }
    }

    static ByteBuf stream(
            ByteBufAllocator allocator, Framing framing, List<String> headers, boolean chunked) {
        checkHeaders(headers);
        ByteBuf out = allocator.directBuffer(size(headers, framing) + EVENT_STREAM.length);
        head(out, framing, 200, headers);
        out.writeBytes(EVENT_STREAM);
        if (chunked) {
            out.writeBytes(CHUNKED);
        }
        out.writeBytes(LINE_END);
        return out;
    }

    /** The head after which the connection speaks another protocol. */
    static ByteBuf switching(ByteBufAllocator allocator, List<String> headers) {
        checkHeaders(headers);
        ByteBuf out = allocator.directBuffer(HEAD_BYTES);
        out.writeBytes(statusLine(101));
        for (int i = 0; i < headers.size(); i += 2) {
            ByteBufUtil.writeAscii(out, headers.get(i) + ": " + headers.get(i + 1) + "\r\n");
        }
        return out.writeBytes(LINE_END);
    }

    private static void head(ByteBuf out, Framing framing, int status, List<String> headers) {
        out.writeBytes(
                switch (status) {
                    case 200 -> OK;
                    case 202 -> ACCEPTED;
                    default -> statusLine(status);
                });
        out.writeBytes(framing.date().bytes());
        for (int i = 0; i < headers.size(); i += 2) {
            ByteBufUtil.writeAscii(out, headers.get(i));
            out.writeBytes(COLON);
            ByteBufUtil.writeAscii(out, headers.get(i + 1));
            out.writeBytes(LINE_END);
        }
        if (framing.origin() != null) {
            out.writeBytes(ALLOW_ORIGIN);
            ByteBufUtil.writeAscii(out, framing.origin());
            out.writeBytes(VARY);
        }
        if (framing.close()) {
            out.writeBytes(CLOSE);
        }
    }

    private static int size(List<String> headers, Framing framing) {
        int size = HEAD_BYTES;
        for (String text : headers) {
            size += text.length() + 2;
        }
        return framing.origin() == null ? size : size + framing.origin().length() + ORIGIN_BYTES;
    }

    /**
     * Headers must not end the line they stand on: the caller's bug, found before a byte leaves.
     */
    private static void checkHeaders(List<String> headers) {
        if (headers.size() % 2 != 0) {
            throw new IllegalArgumentException(
                    "headers are names and values in turn, got " + headers.size());
        }
        for (int i = 0; i < headers.size(); i++) {
            String text = headers.get(i);
            for (int c = 0; c < text.length(); c++) {
                char symbol = text.charAt(c);
                if (symbol >= 0x7f || !isValid((byte) symbol, i % 2 == 0)) {
                    throw new IllegalArgumentException(
                            "character "
                                    + (int) symbol
                                    + " in response header "
                                    + headers.get(i - i % 2));
                }
            }
        }
    }

    private static boolean isValid(byte b, boolean inName) {
        return inName ? Ascii.isToken(b) : Ascii.isFieldContent(b);
    }

    private static byte[] statusLine(int status) {
        return Ascii.bytes(
                "HTTP/1.1 "
                        + status
                        + " "
                        + HttpResponseStatus.valueOf(status).reasonPhrase()
                        + "\r\n");
    }
}
