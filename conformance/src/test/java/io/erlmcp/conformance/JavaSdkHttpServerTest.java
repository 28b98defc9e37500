package io.erlmcp.conformance;

import io.erlmcp.http.StreamableHttpClientTransport;
import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ClientTransport;
import io.modelcontextprotocol.server.McpServer;
import io.modelcontextprotocol.server.McpSyncServer;
import io.modelcontextprotocol.server.transport.HttpServletStreamableServerTransportProvider;
import org.eclipse.jetty.ee10.servlet.ServletContextHandler;
import org.eclipse.jetty.ee10.servlet.ServletHolder;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.extension.RegisterExtension;

/** The servlet of the Java SDK, on Jetty. */
@Requirement("transport.http")
class JavaSdkHttpServerTest extends JavaSdkServerContract {
    @RegisterExtension
    static final InteropResults RESULTS = new InteropResults(TITLE, "Streamable HTTP");

    private final HttpServletStreamableServerTransportProvider servlet =
            HttpServletStreamableServerTransportProvider.builder()
                    .jsonMapper(JavaSdkShowcase.mapper())
                    .mcpEndpoint("/mcp")
                    .build();
    private final McpSyncServer server = JavaSdkShowcase.start(McpServer.sync(servlet));
    private final Server jetty = new Server();
    private final ServerConnector connector = new ServerConnector(jetty);

    @Override
    ClientTransport transport() {
        connector.setHost("127.0.0.1");
        jetty.addConnector(connector);
        var holder = new ServletHolder(servlet);
        holder.setAsyncSupported(true);
        var context = new ServletContextHandler("/");
        context.addServlet(holder, "/*");
        jetty.setHandler(context);
        try {
            jetty.start();
        } catch (Exception e) {
            throw new IllegalStateException("Jetty does not start", e);
        }
        return StreamableHttpClientTransport.to(
                "http://127.0.0.1:" + connector.getLocalPort() + "/mcp");
    }

    @AfterAll
    void stop() throws Exception {
        JavaSdkShowcase.release();
        server.close();
        jetty.stop();
    }
}
