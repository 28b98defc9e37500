package io.erlmcp.session;

import io.erlmcp.dispatch.Quota;
import io.erlmcp.rpc.SharedBytes;
import io.erlmcp.transport.EventStream;
import io.erlmcp.transport.HttpExchange;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** An event stream that takes one of its caller's places, until it is closed or its peer leaves. */
final class CountedStream implements EventStream {
    private final EventStream stream;
    private final Quota quota;
    private final AtomicInteger all;
    private final AtomicBoolean counted = new AtomicBoolean(true);

    private CountedStream(EventStream stream, Quota quota, AtomicInteger all) {
        this.stream = stream;
        this.quota = quota;
        this.all = all;
        all.incrementAndGet();
    }

    /**
     * Opens the stream of {@code http}, for which a place of {@code quota} was taken.
     *
     * @param all counts the streams of all callers
     */
    static CountedStream open(HttpExchange http, Quota quota, AtomicInteger all) {
        CountedStream counted = new CountedStream(http.openStream(List.of()), quota, all);
        http.onDisconnect(counted::giveBack);
        return counted;
    }

    private void giveBack() {
        if (counted.compareAndSet(true, false)) {
            all.decrementAndGet();
            quota.closeStream();
        }
    }

    @Override
    public void send(@Nullable String id, byte[] data, int offset, int length) {
        stream.send(id, data, offset, length);
    }

    @Override
    public void share(@Nullable String id, SharedBytes begin, byte[] end) {
        stream.share(id, begin, end);
    }

    @Override
    public void send(String type, byte[] data) {
        stream.send(type, data);
    }

    @Override
    public void retry(Duration delay) {
        stream.retry(delay);
    }

    @Override
    public boolean awaitWritable(Duration limit) throws InterruptedException {
        return stream.awaitWritable(limit);
    }

    @Override
    public boolean isOpen() {
        return stream.isOpen();
    }

    @Override
    public void close() {
        stream.close();
        giveBack();
    }
}
