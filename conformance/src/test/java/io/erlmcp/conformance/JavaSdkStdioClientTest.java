package io.erlmcp.conformance;

import io.erlmcp.testing.Requirement;
import io.modelcontextprotocol.client.transport.ServerParameters;
import io.modelcontextprotocol.client.transport.StdioClientTransport;
import io.modelcontextprotocol.json.McpJsonDefaults;
import io.modelcontextprotocol.spec.McpClientTransport;
import org.junit.jupiter.api.extension.RegisterExtension;

@Requirement("transport.stdio")
class JavaSdkStdioClientTest extends JavaSdkClientContract {
    @RegisterExtension static final InteropResults RESULTS = new InteropResults(TITLE, "stdio");

    @Override
    McpClientTransport transport() {
        ServerParameters command =
                ServerParameters.builder(ChildJvm.JAVA).args(ChildJvm.of(Showcase.class)).build();
        return new StdioClientTransport(command, McpJsonDefaults.getMapper());
    }
}
