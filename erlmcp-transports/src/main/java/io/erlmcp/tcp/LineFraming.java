package io.erlmcp.tcp;

import io.erlmcp.network.Framing;
import io.erlmcp.network.Waiting;
import io.erlmcp.rpc.SharedBytes;
import org.jspecify.annotations.Nullable;

/** One message a line. Says goodbye by ending its output. */
enum LineFraming implements Framing {
    INSTANCE;

    private static final byte[] NOTHING = {};

    @Override
    public byte[] message(byte[] buffer, int offset, int length) {
        byte[] line = new byte[length + 1];
        System.arraycopy(buffer, offset, line, 0, length);
        line[length] = '\n';
        return line;
    }

    @Override
    public Waiting message(SharedBytes begin, byte[] end) {
        return new Waiting(NOTHING, begin, message(end, 0, end.length));
    }

    @Override
    public byte[] farewell(String reason) {
        return NOTHING;
    }

    @Override
    public byte @Nullable [] ping() {
        return null;
    }

    @Override
    public boolean endsOutput() {
        return true;
    }
}
