package io.erlmcp.json;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The parts of one message that routing needs, as ranges of the bytes they arrived in. The bytes
 * are not copied: they must not change while the envelope or a slice of it is in use. For a message
 * whose root is not an object every part is absent; for an array, {@link #elements} has the
 * elements.
 */
public final class Envelope {
    // what a call has
    static final int ID = 0;
    static final int METHOD = 1;
    static final int PARAMS = 2;
    static final int NAME = 3;
    static final int ARGUMENTS = 4;
    static final int META = 5;
    static final int PROTOCOL_VERSION = 6;
    static final int JSONRPC = 7;

    // what others have
    static final int RESULT = 8;
    static final int ERROR = 9;
    static final int URI = 10;
    static final int TASK_ID = 11;
    static final int REQUEST_STATE = 12;
    static final int INPUT_RESPONSES = 13;
    static final int CURSOR = 14;
    static final int PROGRESS_TOKEN = 15;
    static final int TASK = 16;

    private static final int CALL_PARTS = 8;
    private static final int PARTS = 17;

    private static final byte[] VERSION = "\"2.0\"".getBytes(StandardCharsets.US_ASCII);

    /**
     * What the id is; OTHER is any value that JSON-RPC does not allow there, or an integer beyond
     * 64 bits.
     */
    public enum IdKind {
        ABSENT,
        NULL,
        STRING,
        INTEGER,
        OTHER
    }

    private final byte[] buf;

    /** Two for each part; as short as it may be, for there is one for each message. */
    private int[] ranges = new int[2 * CALL_PARTS];

    private int rootStart;
    private int rootEnd;
    private IdKind idKind = IdKind.ABSENT;
    private long idLong;
    private @Nullable String method;
    private @Nullable String name;
    private @Nullable String protocolVersion;
    private List<JsonSlice> elements = List.of();

    Envelope(byte[] buf) {
        this.buf = buf;
    }

    /** False if the part is there already. */
    boolean mark(int part, int from, int to) {
        if (has(part)) {
            return false;
        }
        if (2 * part >= ranges.length) {
            ranges = Arrays.copyOf(ranges, 2 * PARTS);
        }
        ranges[2 * part] = from;
        ranges[2 * part + 1] = to;
        return true;
    }

    @Nullable JsonSlice versionSlice() {
        return slice(PROTOCOL_VERSION);
    }

    /**
     * Marks the protocol version, which is known to say {@code text}; null where it is no string.
     */
    void version(int from, int to, @Nullable String text) {
        mark(PROTOCOL_VERSION, from, to);
        protocolVersion = text;
    }

    void root(int from, int to) {
        rootStart = from;
        rootEnd = to;
    }

    void elements(int[] ends, int count) {
        List<JsonSlice> slices = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            slices.add(new JsonSlice(buf, ends[2 * i], ends[2 * i + 1] - ends[2 * i]));
        }
        elements = List.copyOf(slices);
    }

    /** Decides what id and method are, once all is read. */
    void settle() {
        if (has(ID)) {
            settleId(ranges[2 * ID], ranges[2 * ID + 1]);
        }
        if (kind(METHOD) == JsonKind.STRING) {
            method = MethodNames.read(buf, from(METHOD), to(METHOD));
        }
    }

    private void settleId(int from, int to) {
        idKind =
                switch (JsonKind.of(buf[from])) {
                    case STRING -> IdKind.STRING;
                    case NULL -> IdKind.NULL;
                    case NUMBER -> integerKind(from, to);
                    case OBJECT, ARRAY, BOOLEAN, ABSENT -> IdKind.OTHER;
                };
    }

    private IdKind integerKind(int from, int to) {
        boolean negative = buf[from] == '-';
        long value = 0;
        for (int i = negative ? from + 1 : from; i < to; i++) {
            int digit = buf[i] - '0';
            // Counts downwards, where 64 bits reach one further.
            if (digit < 0 || digit > 9 || value < (Long.MIN_VALUE + digit) / 10) {
                return IdKind.OTHER;
            }
            value = value * 10 - digit;
        }
        if (!negative && value == Long.MIN_VALUE) {
            return IdKind.OTHER;
        }
        idLong = negative ? value : -value;
        return IdKind.INTEGER;
    }

    /** The whole message. */
    public JsonSlice root() {
        return new JsonSlice(buf, rootStart, rootEnd - rootStart);
    }

    public JsonKind rootKind() {
        return JsonKind.of(buf[rootStart]);
    }

    public boolean isBatch() {
        return rootKind() == JsonKind.ARRAY;
    }

    /**
     * The elements of a batch, each proven well formed, each to be scanned by itself; else empty.
     */
    public List<JsonSlice> elements() {
        return elements;
    }

    /** Whether the member {@code jsonrpc} is the string 2.0. */
    public boolean isJsonRpc2() {
        int from = ranges[2 * JSONRPC];
        int to = ranges[2 * JSONRPC + 1];
        return Arrays.equals(VERSION, 0, VERSION.length, buf, from, to)
                || "2.0".equals(text(JSONRPC));
    }

    public IdKind idKind() {
        return idKind;
    }

    /** Whether an id is there, be it null. */
    public boolean hasId() {
        return idKind != IdKind.ABSENT;
    }

    /** The raw id, as it must be echoed. */
    public @Nullable JsonSlice id() {
        return slice(ID);
    }

    /**
     * @throws IllegalStateException unless the id is an integer
     */
    public long idLong() {
        if (idKind != IdKind.INTEGER) {
            throw new IllegalStateException("the id is " + idKind);
        }
        return idLong;
    }

    /** The id if it is a string. */
    public @Nullable String idString() {
        return text(ID);
    }

    /**
     * The method if it is a string; the same instance every time for the methods of the
     * specification.
     */
    public @Nullable String method() {
        return method;
    }

    public JsonKind methodKind() {
        return kind(METHOD);
    }

    public @Nullable JsonSlice params() {
        return slice(PARAMS);
    }

    public JsonKind paramsKind() {
        return kind(PARAMS);
    }

    public @Nullable JsonSlice result() {
        return slice(RESULT);
    }

    public JsonKind resultKind() {
        return kind(RESULT);
    }

    public @Nullable JsonSlice error() {
        return slice(ERROR);
    }

    public JsonKind errorKind() {
        return kind(ERROR);
    }

    /** {@code params.name} if it is a string. */
    public @Nullable String name() {
        String known = name;
        if (known == null) {
            known =
                    kind(NAME) == JsonKind.STRING
                            ? RecentNames.read(buf, from(NAME), to(NAME))
                            : null;
            name = known;
        }
        return known;
    }

    public JsonKind nameKind() {
        return kind(NAME);
    }

    /** {@code params.uri} if it is a string. */
    public @Nullable String uri() {
        return text(URI);
    }

    public JsonKind uriKind() {
        return kind(URI);
    }

    /** {@code params.taskId} if it is a string. */
    public @Nullable String taskId() {
        return text(TASK_ID);
    }

    /** {@code params.task}, whatever it is. */
    public @Nullable JsonSlice task() {
        return slice(TASK);
    }

    /** {@code params.cursor} if it is a string. */
    public @Nullable String cursor() {
        return text(CURSOR);
    }

    public JsonKind cursorKind() {
        return kind(CURSOR);
    }

    public @Nullable JsonSlice requestState() {
        return slice(REQUEST_STATE);
    }

    public @Nullable JsonSlice inputResponses() {
        return slice(INPUT_RESPONSES);
    }

    public @Nullable JsonSlice arguments() {
        return slice(ARGUMENTS);
    }

    public JsonKind argumentsKind() {
        return kind(ARGUMENTS);
    }

    /** {@code params._meta}, whatever it is. */
    public @Nullable JsonSlice meta() {
        return slice(META);
    }

    public JsonKind metaKind() {
        return kind(META);
    }

    /** {@code params._meta["io.modelcontextprotocol/protocolVersion"]} if it is a string. */
    public @Nullable String protocolVersion() {
        String known = protocolVersion;
        if (known == null) {
            known = text(PROTOCOL_VERSION);
            protocolVersion = known;
        }
        return known;
    }

    /**
     * What {@code params._meta} has under the protocol version's name; absent if it has nothing
     * there.
     */
    public JsonKind protocolVersionKind() {
        return kind(PROTOCOL_VERSION);
    }

    /** The raw {@code params._meta.progressToken}. */
    public @Nullable JsonSlice progressToken() {
        return slice(PROGRESS_TOKEN);
    }

    /** The first byte between the quotes. */
    private int from(int part) {
        return ranges[2 * part] + 1;
    }

    private int to(int part) {
        return ranges[2 * part + 1] - 1;
    }

    private boolean has(int part) {
        return 2 * part < ranges.length && ranges[2 * part + 1] != 0;
    }

    private JsonKind kind(int part) {
        return has(part) ? JsonKind.of(buf[ranges[2 * part]]) : JsonKind.ABSENT;
    }

    private @Nullable JsonSlice slice(int part) {
        return has(part)
                ? new JsonSlice(buf, ranges[2 * part], ranges[2 * part + 1] - ranges[2 * part])
                : null;
    }

    private @Nullable String text(int part) {
        return kind(part) == JsonKind.STRING ? JsonEscapes.decode(buf, from(part), to(part)) : null;
    }
}
