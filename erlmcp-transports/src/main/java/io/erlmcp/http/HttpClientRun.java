package io.erlmcp.http;

import java.io.IOException;
import java.io.InputStream;
import org.jspecify.annotations.Nullable;

/**
 * What has to be stopped of a thread that reads a body: the thread, which may wait, and the body,
 * which may never end. Set by that thread, read by whoever stops it.
 */
final class HttpClientRun {
    private volatile @Nullable Thread thread;
    private volatile @Nullable InputStream body;

    void begins() {
        thread = Thread.currentThread();
    }

    InputStream reads(InputStream next) {
        body = next;
        return next;
    }

    @Nullable InputStream body() {
        return body;
    }

    void stop() {
        Thread running = thread;
        if (running != null) {
            running.interrupt();
        }
        closeBody();
    }

    void closeBody() {
        InputStream open = body;
        if (open != null) {
            try {
                open.close();
            } catch (IOException e) {
                // It is closed either way.
                return;
            }
        }
    }
}
