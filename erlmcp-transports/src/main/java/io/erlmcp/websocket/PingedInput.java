package io.erlmcp.websocket;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;

/**
 * What a server says, which is pinged when it says nothing for as long as its socket waits for
 * bytes; one that says nothing to that for as long again is gone.
 *
 * <p>Used by the thread that reads.
 */
final class PingedInput extends FilterInputStream {
    private final Runnable ping;
    private boolean isPinged;

    PingedInput(InputStream in, Runnable ping) {
        super(in);
        this.ping = ping;
    }

    @Override
    public int read() throws IOException {
        while (true) {
            try {
                int taken = super.read();
                isPinged = false;
                return taken;
            } catch (SocketTimeoutException e) {
                silent(e);
            }
        }
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        while (true) {
            try {
                int taken = super.read(buffer, offset, length);
                isPinged = false;
                return taken;
            } catch (SocketTimeoutException e) {
                silent(e);
            }
        }
    }

    private void silent(SocketTimeoutException silence) throws IOException {
        if (isPinged) {
            throw new IOException("the server does not answer pings", silence);
        }
        isPinged = true;
        ping.run();
    }
}
