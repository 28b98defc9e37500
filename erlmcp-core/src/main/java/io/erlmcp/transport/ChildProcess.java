package io.erlmcp.transport;

import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One run of a server as a child process.
 *
 * <p>Process model: made by {@link ChildProcessTransport}, which stops it. Three platform threads
 * (pipes block their thread): one reads standard output, one standard error, one writes standard
 * input, so that a server that does not read cannot hold up a caller. They end when the process
 * does. Signals go through the process handle, for {@code Process.destroy} would close the streams
 * before the last words are read. A contained child has a {@link ProcessGroup}, and a virtual
 * thread that ends what is left of the group with the child.
 */
final class ChildProcess {

    private final ChildProcessConfig config;
    private final ClientReceiver receiver;
    private final String name;
    private final Process process;
    private final @Nullable ProcessGroup group;

    /** What waits for the writer; empty is the end of the input. */
    private final BlockingQueue<Optional<byte[]>> outgoing = new LinkedBlockingQueue<>();

    private final AtomicInteger queuedBytes = new AtomicInteger();
    private final Thread reader;
    private final Thread errorReader;
    private final Thread writer;
    private final @Nullable Thread endWatch;
    private volatile boolean stopping;

    /** Nothing is read of it any more, though it may live. */
    private volatile boolean over;

    ChildProcess(ChildProcessConfig config, String name, ClientReceiver receiver) {
        this.config = config;
        this.name = name;
        this.receiver = receiver;
        ProcessBuilder builder = builder(config);
        int session = Math.max(config.nice(), config.sessionNice());
        String mark =
                config.contained() ? ProcessGroup.prepare(builder, config.nice(), session) : null;
        this.process = start(builder, config);
        this.group = mark == null ? null : watch(process, mark);
        observe(new ClientTransportEvent.ProcessStarted(name, process.pid()));
        this.errorReader = Threads.startPlatform(name + " err", this::readErrors);
        this.writer = Threads.startPlatform(name + " in", this::write);
        this.endWatch =
                group == null ? null : Threads.startVirtual(name + " end", () -> endWith(group));
        // last: it ends the others, which must be there
        this.reader = Threads.startPlatform(name + " out", this::read);
    }

    private static ProcessBuilder builder(ChildProcessConfig config) {
        ProcessBuilder builder = new ProcessBuilder(config.command());
        if (config.inherited() != null) {
            builder.environment().keySet().retainAll(config.inherited());
        }
        builder.environment().putAll(config.environment());
        if (config.directory() != null) {
            builder.directory(config.directory().toFile());
        }
        return builder;
    }

    private static Process start(ProcessBuilder builder, ChildProcessConfig config) {
        try {
            return builder.start();
        } catch (IOException e) {
            throw cannotStart(config.command().getFirst(), e);
        }
    }

    private static TransportException cannotStart(String what, IOException e) {
        return new TransportException(
                TransportException.Kind.UNREACHABLE,
                "cannot start " + what + ": " + e.getMessage(),
                e);
    }

    private ProcessGroup watch(Process child, String mark) {
        try {
            ProcessGroup watched = ProcessGroup.watch(child, mark, config.nice());
            outgoing.add(Optional.of(ProcessGroup.GO));
            queuedBytes.addAndGet(ProcessGroup.GO.length);
            return watched;
        } catch (IOException e) {
            child.destroyForcibly();
            throw cannotStart("the watcher of " + config.command().getFirst(), e);
        }
    }

    /** What the child started does not outlive it; nor does it hold its output open. */
    private void endWith(ProcessGroup processes) {
        try {
            process.waitFor();
            processes.kill();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    void send(byte[] message) {
        if (stopping) {
            throw new TransportException(TransportException.Kind.CLOSED, name + " is not running");
        }
        if (!process.isAlive()) {
            // in the words of the reader, so that it is one error, whoever notices it first
            throw new TransportException(
                    TransportException.Kind.CLOSED,
                    name + " ended with exit code " + process.exitValue());
        }
        if (over) {
            throw new TransportException(
                    TransportException.Kind.CLOSED, name + " is not heard any more");
        }
        if (queuedBytes.addAndGet(message.length) > config.maxQueuedBytes()) {
            queuedBytes.addAndGet(-message.length);
            throw new TransportException(
                    TransportException.Kind.LIMIT,
                    name
                            + " does not read its input: more than "
                            + config.maxQueuedBytes()
                            + " bytes wait");
        }
        outgoing.add(Optional.of(message));
    }

    /**
     * Ends the input, then asks the process to terminate, then kills it; says nothing more to the
     * receiver.
     */
    void stop() {
        stopping = true;
        outgoing.add(Optional.empty());
        try {
            if (!waitFor(config.stopGrace())) {
                terminate();
                if (!waitFor(config.stopGrace())) {
                    kill();
                    waitFor(config.stopGrace());
                }
            }
            kill();
            if (group != null && endWatch != null) {
                group.await(config.stopGrace());
                endWatch.join(config.stopGrace());
            }
            reader.join(config.stopGrace());
            errorReader.join(config.stopGrace());
            writer.interrupt();
            writer.join(config.stopGrace());
        } catch (InterruptedException e) {
            kill();
            Thread.currentThread().interrupt();
        }
    }

    private void terminate() {
        if (group == null) {
            process.toHandle().destroy();
        } else {
            group.terminate();
        }
    }

    private void kill() {
        if (group != null) {
            group.kill();
        }
        process.toHandle().destroyForcibly();
    }

    private boolean waitFor(Duration limit) throws InterruptedException {
        return process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    }

    private void read() {
        ByteLines lines = new ByteLines(process.getInputStream(), config.maxMessageBytes());
        try {
            byte[] line;
            while ((line = lines.next()) != null && !stopping) {
                received(line, lines.wasTooLong());
            }
        } catch (IOException e) {
            observe(
                    new ClientTransportEvent.MessageMalformed(
                            name, "cannot read: " + e.getMessage()));
        } catch (RuntimeException | Error bug) {
            Threads.uncaught(bug);
            closed("is not read any more: " + bug); // else everybody would wait for the time-out
            return;
        }
        if (!stopping) {
            ended();
        }
    }

    private void received(byte[] line, boolean tooLong) {
        if (tooLong) {
            observe(
                    new ClientTransportEvent.MessageMalformed(
                            name, "a line of more than " + config.maxMessageBytes() + " bytes"));
        } else if (line.length > 0) {
            receiver.message(line, null);
        }
    }

    private void ended() {
        String how;
        try {
            if (waitFor(config.stopGrace())) {
                how = "ended with exit code " + process.exitValue();
                observe(new ClientTransportEvent.ProcessEnded(name, process.exitValue()));
            } else {
                how = "closed its output";
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            how = "closed its output";
        }
        closed(how);
    }

    private void closed(String how) {
        over = true; // first: what is sent from here on would never be answered
        writer.interrupt();
        if (!stopping) {
            receiver.closed(
                    new TransportException(TransportException.Kind.BROKEN, name + " " + how));
        }
    }

    private void readErrors() {
        ByteLines lines = new ByteLines(process.getErrorStream(), config.maxErrorLineBytes());
        try {
            byte[] line;
            while ((line = lines.next()) != null) {
                config.onErrorLine().accept(new String(line, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            observe(
                    new ClientTransportEvent.MessageMalformed(
                            name, "cannot read its errors: " + e.getMessage()));
        }
    }

    private void write() {
        try (OutputStream out = process.getOutputStream()) {
            while (true) {
                Optional<byte[]> next = outgoing.take();
                if (next.isEmpty()) {
                    return;
                }
                byte[] message = next.get();
                out.write(message);
                out.write('\n');
                out.flush();
                queuedBytes.addAndGet(-message.length);
            }
        } catch (IOException e) {
            // The server left; its reader says so.
            observe(
                    new ClientTransportEvent.MessageLost(
                            name, "input", String.valueOf(e.getMessage())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void observe(ClientTransportEvent event) {
        if (!stopping) {
            receiver.observed(event);
        }
    }
}
