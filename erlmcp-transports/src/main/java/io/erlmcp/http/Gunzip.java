package io.erlmcp.http;

import io.erlmcp.transport.ByteBudget;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.zip.GZIPInputStream;

/** Decompresses a body, never beyond the cap: what expands without end is refused on the way. */
final class Gunzip {
    private static final int STEP_BYTES = 16 * 1024;

    private Gunzip() {}

    /**
     * Refuses with 413 over {@code maxBytes}, 400 for what is no gzip, 503 when the budget is used
     * up.
     */
    static byte[] inflate(byte[] compressed, int maxBytes, ByteBudget budget) {
        BodyBytes body = new BodyBytes(maxBytes, -1, 0);
        byte[] step = new byte[STEP_BYTES];
        int charged = 0;
        try (var in = new GZIPInputStream(new ByteArrayInputStream(compressed), STEP_BYTES)) {
            for (int n = in.read(step); n >= 0; n = in.read(step)) {
                body.append(step, 0, n);
                if (!budget.tryAcquire(body.capacity() - charged)) {
                    throw ErrorBody.tooMuchReceived(budget);
                }
                charged = body.capacity();
            }
            return body.toArray();
        } catch (IOException malformed) {
            throw new HttpRefusal(400, "body is not valid gzip");
        } finally {
            budget.release(charged);
        }
    }
}
