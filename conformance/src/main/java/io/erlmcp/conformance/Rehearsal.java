package io.erlmcp.conformance;

import io.erlmcp.runtime.Threads;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server of one page, for the run that records which classes a client loads: it refuses the probe
 * and answers what a legacy client asks.
 */
final class Rehearsal implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");
    private static final Pattern LENGTH = Pattern.compile("(?i)content-length: *(\\d+)");

    private final ServerSocket socket;

    Rehearsal() throws IOException {
        socket = new ServerSocket(0, 10, InetAddress.getLoopbackAddress());
        Threads.startVirtual("rehearsal", this::accept);
    }

    String url() {
        return "http://127.0.0.1:" + socket.getLocalPort() + "/mcp";
    }

    private void accept() {
        while (!socket.isClosed()) {
            try {
                Socket peer = socket.accept();
                Threads.startVirtual("rehearsal peer", () -> serve(peer));
            } catch (IOException e) {
                return;
            }
        }
    }

    private static void serve(Socket peer) {
        try (peer) {
            InputStream in = new BufferedInputStream(peer.getInputStream());
            while (true) {
                String head = head(in);
                Matcher length = LENGTH.matcher(head);
                int bytes = length.find() ? Integer.parseInt(length.group(1)) : 0;
                String body = new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
                boolean post = head.startsWith("POST");
                peer.getOutputStream()
                        .write(post ? answer(body) : response("405 Method Not Allowed", ""));
                peer.getOutputStream().flush();
            }
        } catch (IOException e) {
            // The client is done.
            return;
        }
    }

    private static String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int c = in.read();
            if (c < 0) {
                throw new IOException("end");
            }
            head.append((char) c);
        }
        return head.toString();
    }

    private static byte[] answer(String body) {
        Matcher id = ID.matcher(body);
        if (!id.find()) {
            return response("202 Accepted", "");
        }
        String result =
                body.contains("\"initialize\"")
                        ? "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                                + "\"serverInfo\":{\"name\":\"rehearsal\",\"version\":\"1\"}}"
                        : body.contains("\"tools/list\"")
                                ? "{\"tools\":[{\"name\":\"add_numbers\",\"inputSchema\":{\"type\":\"object\"}}]}"
                                : "{\"content\":[{\"type\":\"text\",\"text\":\"8\"}]}";
        if (body.contains("server/discover")) {
            return response("400 Bad Request", "{}");
        }
        return response(
                "200 OK",
                "{\"jsonrpc\":\"2.0\",\"id\":" + id.group(1) + ",\"result\":" + result + "}");
    }

    private static byte[] response(String status, String json) {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        String head =
                "HTTP/1.1 "
                        + status
                        + "\r\nContent-Type: application/json\r\nContent-Length: "
                        + body.length
                        + "\r\n\r\n";
        return (head + json).getBytes(StandardCharsets.UTF_8);
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
