package io.erlmcp.json;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Finds the parts of a message in one pass over its bytes that also proves the whole text well
 * formed: what it accepts, {@link Json#parse} accepts, but for repeated names deeper than the
 * envelope, {@code params} and {@code params._meta}, which are refused when that part is read.
 * Nothing is decoded and no tree is built.
 */
public final class EnvelopeScanner {
    private static final byte[] K_ID = ascii("id");
    private static final byte[] K_METHOD = ascii("method");
    private static final byte[] K_PARAMS = ascii("params");
    private static final byte[] K_RESULT = ascii("result");
    private static final byte[] K_ERROR = ascii("error");
    private static final byte[] K_JSONRPC = ascii("jsonrpc");
    private static final byte[] K_NAME = ascii("name");
    private static final byte[] K_URI = ascii("uri");
    private static final byte[] K_TASK_ID = ascii("taskId");
    private static final byte[] K_TASK = ascii("task");
    private static final byte[] K_CURSOR = ascii("cursor");
    private static final byte[] K_REQUEST_STATE = ascii("requestState");
    private static final byte[] K_INPUT_RESPONSES = ascii("inputResponses");
    private static final byte[] K_ARGUMENTS = ascii("arguments");
    private static final byte[] K_META = ascii("_meta");
    private static final byte[] K_PROTOCOL_VERSION =
            ascii("io.modelcontextprotocol/protocolVersion");
    private static final byte[] K_PROGRESS_TOKEN = ascii("progressToken");

    private static final int OTHER = -1;
    private static final int ENVELOPE = 0;
    private static final int IN_PARAMS = 1;
    private static final int IN_META = 2;

    private final JsonText text;
    private final Envelope envelope;

    private EnvelopeScanner(JsonText text, Envelope envelope) {
        this.text = text;
        this.envelope = envelope;
    }

    /**
     * Scans one message. The envelope keeps {@code buf}.
     *
     * @throws JsonException if the text is malformed, over a limit, or repeats a name where routing
     *     looks
     */
    public static Envelope scan(byte[] buf, int off, int len, JsonLimits limits) {
        Objects.checkFromIndexSize(off, len, buf.length);
        JsonText text = new JsonText(buf, off, len, limits);
        Envelope envelope = new Envelope(buf);
        text.space();
        int start = text.pos;
        switch (text.peek()) {
            case '{' -> new EnvelopeScanner(text, envelope).object(ENVELOPE);
            case '[' -> batch(text, envelope, limits.maxBatch());
            default -> text.value(1);
        }
        envelope.root(start, text.pos);
        text.finish();
        envelope.settle();
        return envelope;
    }

    /** Scans an element of a batch, or any slice. */
    public static Envelope scan(JsonSlice slice, JsonLimits limits) {
        return scan(slice.bytes(), slice.offset(), slice.length(), limits);
    }

    private static void batch(JsonText text, Envelope envelope, int maxBatch) {
        if (!text.open(1, ']')) {
            return;
        }
        int[] ranges = new int[16];
        int count = 0;
        do {
            if (count == maxBatch) {
                throw text.limit("the batch has more than " + maxBatch + " elements");
            }
            if (2 * count == ranges.length) {
                ranges = Arrays.copyOf(ranges, 2 * ranges.length);
            }
            ranges[2 * count] = text.pos;
            text.value(2);
            ranges[2 * count + 1] = text.pos;
            count++;
        } while (text.more(']'));
        envelope.elements(ranges, count);
    }

    /**
     * Reads the object at the cursor; {@code place} is also how many containers are open around it.
     */
    private void object(int place) {
        if (!text.open(place + 1, '}')) {
            return;
        }
        @Nullable SeenNames others = null;
        do {
            int nameEnd = text.name();
            int nameStart = text.stringStart;
            boolean escaped = text.escaped;
            int part = part(place, nameStart, nameEnd, escaped);
            int valueStart = text.pos;
            member(part, place);
            if (part == OTHER) {
                others = others == null ? new SeenNames() : others;
                others.add(text, nameStart, nameEnd, escaped);
            } else if (!envelope.mark(part, valueStart, text.pos)) {
                throw text.duplicate(JsonEscapes.decode(text.buf, nameStart, nameEnd), nameStart);
            }
        } while (text.more('}'));
    }

    private void member(int part, int place) {
        if (part == Envelope.PARAMS && text.peek() == '{') {
            object(IN_PARAMS);
        } else if (part == Envelope.META && text.peek() == '{') {
            meta();
        } else {
            text.value(place + 2);
        }
    }

    private void meta() {
        if (envelope.metaKind() != JsonKind.ABSENT) {
            object(IN_META); // is refused behind its end; what is marked is of the first
        } else if (!RepeatedMeta.skip(text, envelope)) {
            int from = text.pos;
            int members = text.members();
            object(IN_META);
            RepeatedMeta.keep(text, from, members, envelope);
        }
    }

    private int part(int place, int from, int to, boolean escaped) {
        if (escaped) {
            byte[] spelled =
                    JsonEscapes.decode(text.buf, from, to).getBytes(StandardCharsets.UTF_8);
            return part(place, spelled, 0, spelled.length);
        }
        return part(place, text.buf, from, to);
    }

    private static int part(int place, byte[] buf, int from, int to) {
        return switch (place) {
            case ENVELOPE -> envelopePart(buf, from, to);
            case IN_PARAMS -> paramsPart(buf, from, to);
            default -> metaPart(buf, from, to);
        };
    }

    private static int envelopePart(byte[] buf, int from, int to) {
        return switch (to - from) {
            case 2 -> match(buf, from, K_ID, Envelope.ID);
            case 5 -> match(buf, from, K_ERROR, Envelope.ERROR);
            case 6 ->
                    switch (buf[from]) {
                        case 'm' -> match(buf, from, K_METHOD, Envelope.METHOD);
                        case 'p' -> match(buf, from, K_PARAMS, Envelope.PARAMS);
                        default -> match(buf, from, K_RESULT, Envelope.RESULT);
                    };
            case 7 -> match(buf, from, K_JSONRPC, Envelope.JSONRPC);
            default -> OTHER;
        };
    }

    private static int paramsPart(byte[] buf, int from, int to) {
        return switch (to - from) {
            case 3 -> match(buf, from, K_URI, Envelope.URI);
            case 4 ->
                    buf[from] == 't'
                            ? match(buf, from, K_TASK, Envelope.TASK)
                            : match(buf, from, K_NAME, Envelope.NAME);
            case 5 -> match(buf, from, K_META, Envelope.META);
            case 6 ->
                    buf[from] == 't'
                            ? match(buf, from, K_TASK_ID, Envelope.TASK_ID)
                            : match(buf, from, K_CURSOR, Envelope.CURSOR);
            case 9 -> match(buf, from, K_ARGUMENTS, Envelope.ARGUMENTS);
            case 12 -> match(buf, from, K_REQUEST_STATE, Envelope.REQUEST_STATE);
            case 14 -> match(buf, from, K_INPUT_RESPONSES, Envelope.INPUT_RESPONSES);
            default -> OTHER;
        };
    }

    private static int metaPart(byte[] buf, int from, int to) {
        return switch (to - from) {
            case 13 -> match(buf, from, K_PROGRESS_TOKEN, Envelope.PROGRESS_TOKEN);
            case 39 -> match(buf, from, K_PROTOCOL_VERSION, Envelope.PROTOCOL_VERSION);
            default -> OTHER;
        };
    }

    private static int match(byte[] buf, int from, byte[] name, int part) {
        return Arrays.equals(name, 0, name.length, buf, from, from + name.length) ? part : OTHER;
    }

    private static byte[] ascii(String name) {
        return name.getBytes(StandardCharsets.US_ASCII);
    }
}
