package io.erlmcp.reliability;

import io.erlmcp.json.JsonObject;
import java.io.EOFException;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.UnaryOperator;

/**
 * Malformed HTTP: requests with one known fault, whose status is known too, and requests with
 * random damage, which get an error, a closed connection, or an answer when they are still
 * requests; never silence and never a 500.
 */
final class RawFrames {
    /** One known fault. */
    private record Fault(String how, Set<Integer> statuses, UnaryOperator<String> spoil) {}

    private static final Set<Integer> ALLOWED_5XX = Set.of(501, 505);
    private static final String LONG = "x".repeat(100_000);

    private static final List<Fault> FAULTS =
            List.of(
                    line("an unknown path", "POST /nowhere HTTP/1.1", 404),
                    line("an unknown method", "FROB /mcp HTTP/1.1", 400, 405, 501),
                    line("a method in lower case", "post /mcp HTTP/1.1", 400, 405, 501),
                    line("CONNECT", "CONNECT /mcp HTTP/1.1", 400, 405, 501),
                    line("an unknown version", "POST /mcp HTTP/3.7", 400, 505),
                    line("no version", "POST /mcp", 400, 505),
                    line("no target", "POST HTTP/1.1", 400),
                    line("a target that is no path", "POST mcp HTTP/1.1", 400),
                    line("two spaces", "POST  /mcp HTTP/1.1", 400),
                    line("a NUL in the target", "POST /m\u0000cp HTTP/1.1", 400),
                    line("a long request line", "POST /mcp?" + LONG + " HTTP/1.1", 414, 431),
                    line("the preface of HTTP/2", "PRI * HTTP/2.0", 400, 405, 505),
                    without("Host", 400),
                    add("two hosts", "Host: 127.0.0.1", 400),
                    header("Host", "evil.example", 403),
                    header("Host", "", 400, 403),
                    add("a foreign origin", "Origin: http://evil.example", 403),
                    add("an origin that is none", "Origin: null", 403),
                    header("Content-Length", "-1", 400),
                    header("Content-Length", "abc", 400),
                    header("Content-Length", "+5", 400),
                    header("Content-Length", "1e3", 400),
                    header("Content-Length", "5, 6", 400),
                    header("Content-Length", "99999999999999999999", 400, 413),
                    header("Content-Length", "16777217", 413),
                    add("a length and chunks", "Transfer-Encoding: chunked", 400),
                    add("two lengths", "Content-Length: 3", 400),
                    instead("Content-Length", "Transfer-Encoding: gzip", 400, 501),
                    instead("Content-Length", "Transfer-Encoding: chunked, chunked", 400, 501),
                    instead("Content-Length", "Transfer-Encoding: xchunked", 400, 501),
                    instead("Content-Length", "Transfer-Encoding : chunked", 400),
                    instead("Content-Length", "Transfer-Encoding: chunked", 400),
                    header("Content-Type", "text/plain", 415),
                    header("Content-Type", "application/jsonx", 415),
                    without("Content-Type", 415),
                    header("Accept", "text/html", 406),
                    add("another encoding", "Content-Encoding: br", 415),
                    add("what is no gzip", "Content-Encoding: gzip", 400),
                    add("an unknown expectation", "Expect: the unexpected", 417),
                    add("a header without a colon", "nothing", 400),
                    add("a space before the colon", "X-A : b", 400),
                    add("a folded header", "X-A: b\r\n c", 400),
                    add("a control character in a name", "X-\u0001A: b", 400),
                    add("a NUL in a value", "X-A: b\u0000c", 400),
                    add("a bare carriage return", "X-A: b\rc", 400),
                    add("an empty name", ": b", 400),
                    add("a long header", "X-A: " + LONG, 431),
                    add("many headers", "X-A: b\r\n".repeat(1_000) + "X-A: b", 431),
                    without("Mcp-Method", 400),
                    header("Mcp-Method", "tools/list", 400),
                    without("Mcp-Name", 400),
                    header("Mcp-Name", "another", 400),
                    header("Mcp-Name", "=?base64?*?=", 400),
                    header("MCP-Protocol-Version", "2025-11-25", 400),
                    without("MCP-Protocol-Version", 400));

    private final URI server;
    private final Duration patience;
    private final Random random;
    private final FrameMaker maker;
    private final Findings findings;
    private final String valid;

    RawFrames(URI server, Duration patience, Random random, Findings findings) {
        this.server = server;
        this.patience = patience;
        this.random = random;
        this.maker = new FrameMaker(random);
        this.findings = findings;
        JsonObject call =
                Rpc.modern(1, "tools/call", Rpc.call("echo", JsonObject.of("text", "hello")));
        String body = call.toJson();
        this.valid = RawHttp.postHead(server, body.length(), RawHttp.modernHeaders(call)) + body;
    }

    private static Fault fault(String how, UnaryOperator<String> spoil, int... statuses) {
        Set<Integer> known = new TreeSet<>();
        Arrays.stream(statuses).forEach(known::add);
        return new Fault(how, known, spoil);
    }

    private static Fault line(String how, String line, int... statuses) {
        return fault(how, request -> line + request.substring(request.indexOf("\r\n")), statuses);
    }

    private static Fault add(String how, String line, int... statuses) {
        return fault(
                how, request -> request.replaceFirst("\r\n", "\r\n" + line + "\r\n"), statuses);
    }

    private static Fault header(String name, String value, int... statuses) {
        return fault(
                name + ": " + value,
                request -> replaced(request, name, name + ": " + value + "\r\n"),
                statuses);
    }

    private static Fault instead(String name, String line, int... statuses) {
        return fault(line, request -> replaced(request, name, line + "\r\n"), statuses);
    }

    private static Fault without(String name, int... statuses) {
        return fault("no " + name, request -> replaced(request, name, ""), statuses);
    }

    private static String replaced(String request, String name, String line) {
        int from = request.indexOf("\r\n" + name + ":") + 2;
        return request.substring(0, from)
                + line
                + request.substring(request.indexOf("\r\n", from) + 2);
    }

    void send(int count) {
        for (int i = 0; i < count; i++) {
            findings.count("raw_http_frames", 1);
            if (random.nextBoolean()) {
                Fault fault = FAULTS.get(random.nextInt(FAULTS.size()));
                known(fault, fault.spoil().apply(valid).getBytes(StandardCharsets.ISO_8859_1));
            } else {
                byte[] bytes = damaged();
                damagedRequest(new Frame("damaged HTTP", bytes, false));
            }
        }
    }

    private void known(Fault fault, byte[] bytes) {
        findings.count("raw_http_known_faults", 1);
        try (RawHttp connection = new RawHttp(server, patience)) {
            write(connection, bytes);
            int status = connection.answer().status();
            findings.check(
                    fault.statuses().contains(status),
                    "HTTP: " + fault.how() + " got " + status + ", expected " + fault.statuses());
        } catch (IOException e) {
            findings.fail("HTTP: " + fault.how() + " got no answer: " + e);
        }
    }

    /** The server may have answered and closed before all was written. */
    private static void write(RawHttp connection, byte[] bytes) {
        try {
            connection.send(bytes);
        } catch (IOException e) {
            // what it said before is still to be read
        }
    }

    private byte[] damaged() {
        byte[] whole = valid.getBytes(StandardCharsets.ISO_8859_1);
        return switch (random.nextInt(6)) {
            case 0 -> Arrays.copyOf(whole, random.nextInt(whole.length));
            case 1 -> maker.flipped(whole);
            case 2 -> maker.flipped(maker.flipped(maker.flipped(whole)));
            case 3 -> maker.withBytes(whole, noise(1 + random.nextInt(20)));
            case 4 -> noise(1 + random.nextInt(2_000));
            default -> chunked(whole);
        };
    }

    private byte[] noise(int count) {
        byte[] bytes = new byte[count];
        random.nextBytes(bytes);
        return bytes;
    }

    private byte[] chunked(byte[] whole) {
        List<String> sizes =
                List.of("zz", "-1", "5;", "ffffffffffffffff", "1ffffff", "5\n", " 5", "0x5", "");
        String head =
                replaced(
                        new String(whole, StandardCharsets.ISO_8859_1),
                        "Content-Length",
                        "Transfer-Encoding: chunked\r\n");
        String body =
                sizes.get(random.nextInt(sizes.size()))
                        + "\r\nhello"
                        + (random.nextBoolean() ? "\r\n0\r\n\r\n" : "");
        return (head.substring(0, head.indexOf("\r\n\r\n") + 4) + body)
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private void damagedRequest(Frame frame) {
        try (RawHttp connection = new RawHttp(server, patience)) {
            write(connection, frame.bytes());
            end(connection);
            for (int answers = 0; answers < 20; answers++) {
                int status = connection.answer().status();
                findings.check(
                        status < 500 || ALLOWED_5XX.contains(status),
                        "HTTP: status " + status + " for " + frame.shown());
            }
        } catch (SocketTimeoutException e) {
            findings.fail("HTTP: hangs after " + frame.shown());
        } catch (EOFException e) {
            checkCut(e, frame);
        } catch (IOException e) {
            boolean isReset = String.valueOf(e.getMessage()).contains("reset");
            findings.check(isReset, "HTTP: " + e.getMessage() + " for " + frame.shown());
        }
    }

    private static void end(RawHttp connection) {
        try {
            connection.endOutput();
        } catch (IOException e) {
            // it is closed already
        }
    }

    /** Between answers the connection may end, within one it may not. */
    private void checkCut(EOFException end, Frame frame) {
        boolean isBetween = String.valueOf(end.getMessage()).endsWith("after \"\"");
        findings.check(
                isBetween, "HTTP: half an answer to " + frame.shown() + ": " + end.getMessage());
    }
}
