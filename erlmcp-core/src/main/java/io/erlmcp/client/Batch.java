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
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Several requests at once with one time-out for all. They run concurrently, as one message to the
 * server where the revision has batches (2025-03-26); each has its own result or failure. Not for
 * several threads.
 */
public final class Batch {
    /** The most requests in one batch. */
    public static final int MAX_REQUESTS = 1_000;

    /** Requests in one message; what is over goes in another. */
    static final int MAX_IN_MESSAGE = 100;

    /** One request of a batch. */
    public static final class Entry<T> {
        private final String name;
        private final Function<Way, T> work;
        private @Nullable Call<T> call;
        private @Nullable RuntimeException late;

        private Entry(String name, Function<Way, T> work) {
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
    private final Conversation conversation;
    private final List<Entry<?>> entries = new ArrayList<>();
    private Duration timeout;

    Batch(McpClient client, Conversation conversation, Duration timeout) {
        this.client = client;
        this.conversation = conversation;
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
        return add(
                "tools/call " + tool, way -> client.call(tool, arguments, CallOptions.NONE, way));
    }

    public Entry<GetPromptResult> getPrompt(String name, Map<String, String> arguments) {
        return add(
                "prompts/get " + name,
                way -> client.getPrompt(name, arguments, CallOptions.NONE, way));
    }

    public Entry<ReadResourceResult> readResource(String uri) {
        return add("resources/read " + uri, way -> client.readResource(uri, CallOptions.NONE, way));
    }

    private <T> Entry<T> add(String name, Function<Way, T> work) {
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
        startAll();
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

    private void startAll() {
        List<Entry<?>> fresh = entries.stream().filter(entry -> entry.call == null).toList();
        for (int from = 0; from < fresh.size(); from += MAX_IN_MESSAGE) {
            List<Entry<?>> part =
                    fresh.subList(from, Math.min(fresh.size(), from + MAX_IN_MESSAGE));
            WireBatch batch = part.size() < 2 ? null : conversation.wireBatch(part.size());
            for (int i = 0; i < part.size(); i++) {
                start(part.get(i), batch, i);
            }
        }
    }

    private <T> void start(Entry<T> entry, @Nullable WireBatch batch, int place) {
        entry.call =
                Call.start(
                        "batch " + entry.name,
                        batch == null
                                ? () -> entry.work.apply(conversation::send)
                                : () -> inBatch(entry, batch, place));
    }

    private static <T> T inBatch(Entry<T> entry, WireBatch batch, int place) {
        try {
            return entry.work.apply(batch.way(place));
        } finally {
            batch.leave(place);
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
