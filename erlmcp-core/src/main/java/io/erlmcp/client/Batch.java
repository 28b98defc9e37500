package io.erlmcp.client;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.GetPromptResult;
import io.erlmcp.protocol.ReadResourceResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Several requests at once with one time-out for all. They run concurrently; each has its own
 * result or failure. Not for several threads.
 */
public final class Batch {
    /** The most requests in one batch. */
    public static final int MAX_REQUESTS = 1_000;

    /** One request of a batch. */
    public static final class Entry<T> {
        private final String name;
        private final Supplier<T> work;
        private @Nullable Call<T> call;
        private @Nullable RuntimeException late;

        private Entry(String name, Supplier<T> work) {
            this.name = name;
            this.work = work;
        }

        /**
         * The result, or what the request threw; {@link McpTimeoutException} when the batch's time
         * was up.
         */
        public T result() {
            if (late != null) {
                throw late;
            }
            if (call == null) {
                throw new IllegalStateException(name + ": the batch was not sent");
            }
            return call.await();
        }

        /** Whether {@link #result} returns one. */
        public boolean isOk() {
            try {
                result();
                return true;
            } catch (RuntimeException e) {
                return false;
            }
        }
    }

    private final McpClient client;
    private final List<Entry<?>> entries = new ArrayList<>();
    private Duration timeout;

    Batch(McpClient client, Duration timeout) {
        this.client = client;
        this.timeout = timeout;
    }

    /** The time for all requests together; three times that of one request unless set. */
    public Batch timeout(Duration all) {
        if (!all.isPositive()) {
            throw new IllegalArgumentException("timeout must be positive: " + all);
        }
        timeout = all;
        return this;
    }

    public Entry<CallToolResult> call(String tool, JsonObject arguments) {
        return add("tools/call " + tool, () -> client.call(tool, arguments));
    }

    public Entry<GetPromptResult> getPrompt(String name, Map<String, String> arguments) {
        return add("prompts/get " + name, () -> client.getPrompt(name, arguments));
    }

    public Entry<ReadResourceResult> readResource(String uri) {
        return add("resources/read " + uri, () -> client.readResource(uri));
    }

    private <T> Entry<T> add(String name, Supplier<T> work) {
        if (entries.size() >= MAX_REQUESTS) {
            throw new IllegalArgumentException("a batch has at most " + MAX_REQUESTS + " requests");
        }
        Entry<T> entry = new Entry<>(name, work);
        entries.add(entry);
        return entry;
    }

    /** Sends all requests and waits until each is answered, failed, or the time is up. */
    public Batch send() {
        long end = System.nanoTime() + timeout.toNanos();
        for (Entry<?> entry : entries) {
            start(entry);
        }
        try {
            for (Entry<?> entry : entries) {
                await(entry, end);
            }
        } catch (InterruptedException e) {
            entries.forEach(
                    entry ->
                            giveUp(
                                    entry,
                                    new CancellationException(entry.name + " was cancelled")));
            Thread.currentThread().interrupt();
        }
        return this;
    }

    private static <T> void start(Entry<T> entry) {
        if (entry.call == null) {
            entry.call = Call.start("batch " + entry.name, entry.work);
        }
    }

    private void await(Entry<?> entry, long end) throws InterruptedException {
        Call<?> call = entry.call;
        if (call != null && !call.awaitNanos(end - System.nanoTime())) {
            giveUp(entry, new McpTimeoutException("the batch with " + entry.name, timeout));
        }
    }

    private static void giveUp(Entry<?> entry, RuntimeException why) {
        Call<?> call = entry.call;
        if (call != null && !call.isDone()) {
            entry.late = why;
            call.cancel();
        }
    }
}
