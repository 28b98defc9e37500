package io.erlmcp.http;

import io.erlmcp.network.EngineConfig;
import io.erlmcp.observability.Observer;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A server in a process of its own, which its parent gives few file descriptors; tells on its
 * output what it hears.
 */
final class FewDescriptors {
    private FewDescriptors() {}

    public static void main(String[] arguments) throws Exception {
        PrintStream out =
                new PrintStream(
                        new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8);
        Observer observer =
                event -> {
                    if (event instanceof HttpEvent.AcceptPaused) {
                        out.println("paused");
                    }
                };
        HttpServerConfig config =
                HttpServerConfig.defaults()
                        .withPort(0)
                        .withEngine(new EngineConfig(Boolean.parseBoolean(arguments[0]), 2, 1024));
        HttpServer server =
                HttpServer.start(
                        config, List.of(new HttpRoute("/echo", TestServer::echo)), observer);
        out.println(server.port());
        // the parent ends this process by closing its input
        while (System.in.read() >= 0) {
            out.println("still here");
        }
        System.exit(0);
    }
}
