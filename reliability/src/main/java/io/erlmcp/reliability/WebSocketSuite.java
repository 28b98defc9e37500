package io.erlmcp.reliability;

import io.erlmcp.http.HttpRoute;
import io.erlmcp.http.HttpServer;
import io.erlmcp.http.HttpServerConfig;
import io.erlmcp.observability.Observer;
import io.erlmcp.transport.ByteBudget;
import io.erlmcp.transport.Connection;
import io.erlmcp.transport.ConnectionHandler;
import io.erlmcp.transport.Endpoint;
import io.erlmcp.transport.HttpExchange;
import io.erlmcp.websocket.WebSocketServer;
import io.erlmcp.websocket.WebSocketServerConfig;
import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * R18: the Autobahn suite, which plays a WebSocket client with every way to be wrong, against the
 * server's frames with an endpoint that sends each message back. The suite runs in a process of its
 * own, for it is Python on the JVM and wants to see the JDK's insides.
 */
final class WebSocketSuite implements Guarantee {
    private static final String ALTERED = "alter-an-echo";
    private static final String UNCOMPRESSED = "offer-no-compression";

    /** One that needs no byte back, one that does, a broken frame; a wrong answer takes seconds. */
    private static final List<String> QUICK = List.of("1.1.1", "1.1.2", "3.2");

    private static final List<String> USUAL =
            List.of("1.*", "2.*", "3.*", "4.*", "5.*", "6.*", "7.*", "10.*");
    private static final Duration LIMIT = Duration.ofMinutes(30);
    private static final Pattern RESULT =
            Pattern.compile("case \\[([0-9.]+)] behavior: (\\w+), behaviorClose: (\\w+),.*");

    private static final Pattern SUITE_JARS =
            Pattern.compile("(autobahntestsuite|jython|json-simple)[^/]*\\.jar$");

    /** INFORMATIONAL asks for nothing. This suite has no cases of compression. */
    private static final Set<String> PASSED = Set.of("OK", "NON_STRICT", "INFORMATIONAL");

    @Override
    public String id() {
        return "R18";
    }

    @Override
    public String title() {
        return "The Autobahn suite of WebSocket conformance, and cases of permessage-deflate:"
                + " nothing fails";
    }

    @Override
    public List<String> plants() {
        return List.of(ALTERED, UNCOMPRESSED);
    }

    @Override
    public void run(Trial trial, Findings findings) throws Exception {
        List<String> cases =
                switch (trial.size()) {
                    case TINY -> QUICK;
                    case SMALL -> USUAL;
                    case FULL -> List.of("*");
                };
        boolean isOffered = !trial.isPlanted(UNCOMPRESSED);
        if (isOffered) { // the suite asks for no compression
            serving(trial, false, server -> judge(server.toString(), cases, findings));
        }
        int rounds = trial.pick(1, 5, 100);
        serving(
                trial,
                isOffered,
                server ->
                        new CompressionCases(server, trial.random("compression"), findings)
                                .run(rounds));
    }

    /** What is done with a server that sends back. */
    private interface Judgement {
        void on(URI server) throws IOException, InterruptedException;
    }

    private static void serving(Trial trial, boolean compresses, Judgement judgement)
            throws IOException, InterruptedException {
        WebSocketServer websocket =
                new WebSocketServer(
                        WebSocketServerConfig.defaults().withCompression(compresses),
                        new Echo(trial.isPlanted(ALTERED)),
                        Observer.NONE,
                        ByteBudget.eighthOfHeap(),
                        ByteBudget.eighthOfHeap());
        HttpServer server =
                HttpServer.start(
                        HttpServerConfig.defaults().withPort(0),
                        List.of(new HttpRoute("/ws", websocket)));
        try {
            judgement.on(URI.create("ws://127.0.0.1:" + server.port() + "/ws"));
        } finally {
            server.close(Duration.ZERO);
        }
    }

    private static void judge(String url, List<String> cases, Findings findings)
            throws IOException, InterruptedException {
        Path folder = Files.createTempDirectory("autobahn");
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        for (String opened :
                List.of("java.lang", "java.io", "java.util", "java.net", "sun.nio.ch")) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        command.addAll(List.of("-Xmx1g", "-cp", classPath(), program(folder).toString(), url));
        command.addAll(cases);
        Process suite =
                new ProcessBuilder(command)
                        .directory(folder.toFile())
                        .redirectError(ProcessBuilder.Redirect.DISCARD)
                        .start();
        try (BufferedReader out =
                new BufferedReader(
                        new InputStreamReader(suite.getInputStream(), StandardCharsets.UTF_8))) {
            for (String line = out.readLine(); line != null; line = out.readLine()) {
                Matcher result = RESULT.matcher(line);
                if (result.matches()) {
                    one(result, findings);
                }
            }
            findings.check(
                    suite.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) && suite.exitValue() == 0,
                    "the suite did not end in good order");
        } finally {
            suite.destroyForcibly();
        }
        findings.check(findings.figures().containsKey("cases"), "the suite ran no case");
    }

    /** The suite and what it runs on, and nothing else: see {@code Autobahn.java}. */
    private static String classPath() {
        // surefire puts the class path into a jar of its own, and says where it was
        String all =
                System.getProperty(
                        "surefire.test.class.path", System.getProperty("java.class.path", ""));
        return Arrays.stream(all.split(File.pathSeparator))
                .filter(entry -> SUITE_JARS.matcher(entry).find())
                .collect(Collectors.joining(File.pathSeparator));
    }

    private static Path program(Path folder) throws IOException {
        Path file = folder.resolve("Autobahn.java");
        try (InputStream source = WebSocketSuite.class.getResourceAsStream("/Autobahn.java")) {
            if (source == null) {
                throw new IOException("Autobahn.java is missing");
            }
            Files.copy(source, file);
        }
        return file;
    }

    private static void one(Matcher result, Findings findings) {
        String behaviour = result.group(2);
        String close = result.group(3);
        findings.count("cases", 1);
        findings.count(behaviour.toLowerCase(Locale.ROOT), 1);
        boolean passed = PASSED.contains(behaviour) && PASSED.contains(close);
        findings.check(passed, "case " + result.group(1) + ": " + behaviour + ", close " + close);
    }

    /** Sends each message back; with a fault in it, all but the last byte. */
    private record Echo(boolean isAltered) implements Endpoint {
        @Override
        public ConnectionHandler connected(Connection connection) {
            return new ConnectionHandler() {
                @Override
                public void message(byte[] message) {
                    boolean cut = isAltered && message.length > 0;
                    connection.send(message, 0, cut ? message.length - 1 : message.length);
                }

                @Override
                public void malformed(String reason) {
                    // frames are judged, not messages
                }

                @Override
                public void closed() {
                    // nothing is kept for a connection
                }
            };
        }

        @Override
        public void handle(HttpExchange exchange) {
            exchange.respond(404);
        }
    }
}
