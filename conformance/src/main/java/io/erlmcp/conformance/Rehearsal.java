package io.erlmcp.conformance;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A server of one page, for the run that records which classes a client loads: it refuses the probe
 * and answers what a legacy client asks. Runs on the JDK's own server, which loads nothing that a
 * client would not.
 */
final class Rehearsal implements AutoCloseable {
    private static final Pattern ID = Pattern.compile("\"id\":(\\d+)");

    private final HttpServer server;

    Rehearsal() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        server.createContext("/mcp", Rehearsal::serve);
        server.start();
    }

    String url() {
        return "http://127.0.0.1:" + server.getAddress().getPort() + "/mcp";
    }

    private static void serve(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        Matcher id = ID.matcher(body);
        if (!exchange.getRequestMethod().equals("POST")) {
            respond(exchange, 405, "");
        } else if (body.contains("server/discover")) {
            respond(exchange, 400, "{}");
        } else if (id.find()) {
            respond(
                    exchange,
                    200,
                    "{\"jsonrpc\":\"2.0\",\"id\":"
                            + id.group(1)
                            + ",\"result\":"
                            + result(body)
                            + "}");
        } else {
            respond(exchange, 202, "");
        }
    }

    private static String result(String body) {
        if (body.contains("\"initialize\"")) {
            return "{\"protocolVersion\":\"2025-11-25\",\"capabilities\":{\"tools\":{}},"
                    + "\"serverInfo\":{\"name\":\"rehearsal\",\"version\":\"1\"}}";
        }
        if (body.contains("\"tools/list\"")) {
            return "{\"tools\":[{\"name\":\"add_numbers\",\"inputSchema\":{\"type\":\"object\"}}]}";
        }
        return "{\"content\":[{\"type\":\"text\",\"text\":\"8\"}]}";
    }

    private static void respond(HttpExchange exchange, int status, String json) throws IOException {
        byte[] body = json.getBytes(StandardCharsets.UTF_8);
        exchange.getResponseHeaders().set("Content-Type", "application/json");
        // A length of zero would mean chunks; -1 says that there is no body.
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.getResponseBody().close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
