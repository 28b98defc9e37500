package io.erlmcp.cli;

import java.net.URI;
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

    AdminClient client() {
        return new AdminClient(admin);
    }
}
