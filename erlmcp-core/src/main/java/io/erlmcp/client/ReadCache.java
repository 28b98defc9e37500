package io.erlmcp.client;

import io.erlmcp.protocol.ClientRequest;
import io.erlmcp.protocol.ReadResourceResult;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.ServerNotification;
import io.erlmcp.protocol.ServerResult;
import io.erlmcp.runtime.Time;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * Contents of resources of one client, as long as its server allows. Bounded in number and size:
 * what was read longest ago goes first.
 */
final class ReadCache {
    private record Entry(ReadResourceResult result, long readAt, long chars) {}

    private final Time time;
    private final int maxEntries;
    private final long maxChars;

    /** Guards everything below. */
    private final ReentrantLock lock = new ReentrantLock();

    private final Map<String, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long chars;
    private int changes;

    ReadCache(Time time, int maxEntries, long maxChars) {
        this.time = time;
        this.maxEntries = maxEntries;
        this.maxChars = maxChars;
    }

    /** What {@link #keep} wants to know: nothing changed since this was asked. */
    int changes() {
        lock.lock();
        try {
            return changes;
        } finally {
            lock.unlock();
        }
    }

    @Nullable ReadResourceResult fresh(String uri) {
        lock.lock();
        try {
            Entry known = entries.get(uri);
            if (known == null) {
                return null;
            }
            if (time.nanos() - known.readAt() < known.result().cache().ttl().toNanos()) {
                return known.result();
            }
            drop(uri);
            return null;
        } finally {
            lock.unlock();
        }
    }

    /**
     * @param readAt when the request was sent
     * @param before {@link #changes} at that time
     */
    void keep(ClientRequest request, ServerResult result, long readAt, int before) {
        if (request instanceof ClientRequest.ReadResource read
                && result instanceof ReadResourceResult contents) {
            keep(read.uri(), contents, readAt, before);
        }
    }

    private void keep(String uri, ReadResourceResult result, long readAt, int before) {
        long size = size(result);
        if (!result.cache().ttl().isPositive() || size > maxChars) {
            return;
        }
        lock.lock();
        try {
            if (changes != before) {
                return;
            }
            drop(uri);
            while (entries.size() >= maxEntries || chars + size > maxChars) {
                drop(entries.keySet().iterator().next());
            }
            entries.put(uri, new Entry(result, readAt, size));
            chars += size;
        } finally {
            lock.unlock();
        }
    }

    private void drop(String uri) {
        Entry gone = entries.remove(uri);
        if (gone != null) {
            chars -= gone.chars();
        }
    }

    void forgetAll() {
        lock.lock();
        try {
            changes++;
            entries.clear();
            chars = 0;
        } finally {
            lock.unlock();
        }
    }

    /** An update may name a part of what is kept. */
    void changed(ServerNotification notification) {
        switch (notification) {
            case ServerNotification.ResourceUpdated n -> updated(n.uri());
            case ServerNotification.ResourceListChanged n -> forgetAll();
            case ServerNotification.ToolListChanged n -> {}
            case ServerNotification.PromptListChanged n -> {}
            case ServerNotification.Progress n -> {}
            case ServerNotification.Log n -> {}
            case ServerNotification.ElicitationComplete n -> {}
            case ServerNotification.SubscriptionsAcknowledged n -> {}
            case ServerNotification.TaskChanged n -> {}
        }
    }

    private void updated(String uri) {
        lock.lock();
        try {
            changes++;
            entries.keySet().stream()
                    .filter(kept -> Wish.covers(kept, uri))
                    .toList()
                    .forEach(this::drop);
        } finally {
            lock.unlock();
        }
    }

    private static long size(ReadResourceResult result) {
        long size = result.meta().toJson().length();
        for (ResourceContents contents : result.contents()) {
            size += contents.uri().length() + contents.meta().toJson().length();
            size +=
                    switch (contents) {
                        case ResourceContents.Text text -> text.text().length();
                        case ResourceContents.Blob blob -> blob.blob().length();
                    };
        }
        return size;
    }
}
