package io.erlmcp.node;

import io.erlmcp.runtime.Threads;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Standard input that can be ended from within: a read of the real one cannot be called off.
 *
 * <p>Process model: one daemon platform thread pumps blocks through a bounded queue; it ends at the
 * end of the input, or with the JVM.
 */
final class StoppableInput extends InputStream {
    private static final int BLOCK_BYTES = 64 << 10;
    private static final byte[] END = new byte[0];

    private final LinkedBlockingQueue<byte[]> blocks = new LinkedBlockingQueue<>(16);
    private byte[] block = END;
    private int position;
    private volatile boolean isStopped;

    StoppableInput(InputStream source) {
        Threads.startPlatform("stdin", () -> pump(source));
    }

    /** The reader sees the end of input at once. */
    void stop() {
        isStopped = true;
        blocks.clear();
        blocks.offer(END);
    }

    private void pump(InputStream source) {
        try {
            byte[] buffer = new byte[BLOCK_BYTES];
            for (int n = source.read(buffer); n >= 0 && !isStopped; n = source.read(buffer)) {
                if (n > 0) {
                    blocks.put(Arrays.copyOf(buffer, n));
                }
            }
            blocks.put(END);
        } catch (IOException e) {
            blocks.offer(END);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
        if (length == 0) {
            return 0;
        }
        if (position == block.length && !next()) {
            return -1;
        }
        int n = Math.min(length, block.length - position);
        System.arraycopy(block, position, buffer, offset, n);
        position += n;
        return n;
    }

    private boolean next() throws IOException {
        try {
            block = isStopped ? END : blocks.take();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while reading standard input", e);
        }
        position = 0;
        if (block.length == 0) {
            isStopped = true;
        }
        return block.length > 0;
    }
}
