package io.erlmcp.conformance;

import io.erlmcp.testing.Requirement;
import io.erlmcp.transport.ChildProcessConfig;
import io.erlmcp.transport.ChildProcessTransport;
import io.erlmcp.transport.ClientTransport;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;

@Requirement("transport.stdio")
class JavaSdkStdioServerTest extends JavaSdkServerContract {
    @RegisterExtension static final InteropResults RESULTS = new InteropResults(TITLE, "stdio");

    @Override
    ClientTransport transport() {
        List<String> command = new ArrayList<>(List.of(ChildJvm.JAVA));
        command.addAll(ChildJvm.of(JavaSdkShowcase.class));
        return new ChildProcessTransport(ChildProcessConfig.of(command));
    }
}
