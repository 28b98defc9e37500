package io.erlmcp.cli;

import io.erlmcp.observability.ComponentId;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine.Option;

/** What all commands have that ask a running node: where it is, and how answers look. */
final class Operators {
    @Option(names = "--admin", defaultValue = AdminClient.DEFAULT, description = AdminClient.HELP)
    URI admin = URI.create(AdminClient.DEFAULT);

    @Option(names = "--json", description = "For machines.")
    boolean isJson;

    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            description = "Show this help.")
    boolean isHelp;

    /**
     * What to ask the node for what it knows of one component at {@code page}.
     *
     * @throws UsageException when that is no component
     */
    static String about(String component, String page) {
        try {
            String id = new ComponentId(component).path();
            return page + "?component=" + URLEncoder.encode(id, StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw new UsageException(String.valueOf(e.getMessage()));
        }
    }

    AdminClient client() {
        return new AdminClient(admin);
    }
}
