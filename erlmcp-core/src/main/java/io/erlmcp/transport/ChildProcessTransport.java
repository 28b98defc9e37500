package io.erlmcp.transport;

import java.nio.file.Path;

/**
 * The stdio transport of a client: runs the server as a child process and speaks over its standard
 * input and output, one message per line. Standard error goes to a listener.
 *
 * <p>Process model: made by the user, closed by its client. Each run has three threads, owned by
 * {@link ChildProcess}.
 */
public final class ChildProcessTransport extends DuplexClientTransport<ChildProcess> {
    private final ChildProcessConfig config;

    public ChildProcessTransport(ChildProcessConfig config) {
        super("stdio " + program(config));
        this.config = config;
    }

    /** Runs {@code command} with the defaults of {@link ChildProcessConfig#of(String...)}. */
    public static ChildProcessTransport of(String... command) {
        return new ChildProcessTransport(ChildProcessConfig.of(command));
    }

    private static String program(ChildProcessConfig config) {
        Path program = Path.of(config.command().getFirst()).getFileName();
        return program == null ? config.command().getFirst() : program.toString();
    }

    @Override
    protected ChildProcess connect(ClientReceiver upper) {
        return new ChildProcess(config, name(), upper);
    }

    @Override
    protected void send(ChildProcess to, OutgoingMessage message) {
        to.send(message.body());
    }

    @Override
    protected void disconnect(ChildProcess from) {
        from.stop();
    }
}
