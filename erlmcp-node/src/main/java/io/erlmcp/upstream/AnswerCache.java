package io.erlmcp.upstream;

import io.erlmcp.json.JsonObject;
import io.erlmcp.protocol.AudioContent;
import io.erlmcp.protocol.CallToolResult;
import io.erlmcp.protocol.ContentBlock;
import io.erlmcp.protocol.EmbeddedResource;
import io.erlmcp.protocol.ImageContent;
import io.erlmcp.protocol.ResourceContents;
import io.erlmcp.protocol.ResourceLink;
import io.erlmcp.protocol.TextContent;
import io.erlmcp.runtime.Time;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The last good answers of tools that only read, for when their server is not there. Bounded in
 * number and size; the one used longest ago goes first. An answer is only for whom it was given to.
 */
final class AnswerCache {
    private static final int MAX_KEY_CHARS = 4_096;
    private static final int MAX_ANSWER_CHARS = 256 << 10;
    private static final long MAX_CHARS = 8 << 20;

    /** Whose answer to what. */
    record Key(String principal, String tool, String arguments) {}

    /** An answer and its age. */
    record Aged(CallToolResult result, long ageNanos) {}

    private record Entry(CallToolResult result, long atNanos, int chars) {}

    private final UpstreamSettings.Cache settings;
    private final Time time;

    /** Guards {@code entries} and {@code chars}. */
    private final ReentrantLock lock = new ReentrantLock();

    private final LinkedHashMap<Key, Entry> entries = new LinkedHashMap<>(16, 0.75f, true);
    private long chars;

    AnswerCache(UpstreamSettings.Cache settings, Time time) {
        this.settings = settings;
        this.time = time;
    }

    static Key key(String principal, String tool, JsonObject arguments) {
        return new Key(principal, tool, arguments.toJson());
    }

    void keep(Key key, CallToolResult result) {
        int size = key.arguments().length() + size(result);
        if (settings.answers() == 0
                || result.isError()
                || key.arguments().length() > MAX_KEY_CHARS
                || size > MAX_ANSWER_CHARS) {
            return;
        }
        lock.lock();
        try {
            drop(entries.put(key, new Entry(result, time.nanos(), size)));
            chars += size;
            Iterator<Map.Entry<Key, Entry>> oldest = entries.entrySet().iterator();
            while (entries.size() > settings.answers() || chars > MAX_CHARS) {
                Entry entry = oldest.next().getValue();
                oldest.remove();
                drop(entry);
            }
        } finally {
            lock.unlock();
        }
    }

    private void drop(@Nullable Entry entry) {
        if (entry != null) {
            chars -= entry.chars();
        }
    }

    Optional<Aged> find(Key key) {
        lock.lock();
        try {
            Entry entry = entries.get(key);
            if (entry == null) {
                return Optional.empty();
            }
            long age = time.nanos() - entry.atNanos();
            if (age > settings.age().toNanos()) {
                entries.remove(key);
                drop(entry);
                return Optional.empty();
            }
            return Optional.of(new Aged(entry.result(), age));
        } finally {
            lock.unlock();
        }
    }

    int size() {
        lock.lock();
        try {
            return entries.size();
        } finally {
            lock.unlock();
        }
    }

    private static int size(CallToolResult result) {
        long sum = result.meta().toJson().length();
        if (result.structuredContent() != null) {
            sum += result.structuredContent().toJson().length();
        }
        for (ContentBlock block : result.content()) {
            sum += 200L + size(block);
        }
        return (int) Math.min(Integer.MAX_VALUE / 2, sum);
    }

    private static int size(ContentBlock block) {
        return switch (block) {
            case TextContent text -> text.text().length();
            case ImageContent image -> image.data().length();
            case AudioContent audio -> audio.data().length();
            case ResourceLink link -> link.resource().uri().length();
            case EmbeddedResource embedded ->
                    switch (embedded.resource()) {
                        case ResourceContents.Text text -> text.text().length();
                        case ResourceContents.Blob blob -> blob.blob().length();
                    };
        };
    }
}
