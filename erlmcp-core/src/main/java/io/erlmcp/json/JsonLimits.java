package io.erlmcp.json;

/**
 * How large a JSON text may be in its parts; the size of the whole is the transport's to bound. A
 * text at the limit is accepted, one past it is refused with a {@link JsonException}.
 *
 * @param maxDepth most objects and arrays that are open at once, 1 to 1,000
 * @param maxNumberLength most characters of one number literal, 20 to 10,000
 * @param maxStringLength most UTF-16 units of one string value, escapes resolved
 * @param maxNameLength most UTF-16 units of one member name, escapes resolved
 * @param maxMembers most object members and array elements in the whole text, all containers
 *     together
 * @param maxBatch most elements of an array at the root of an envelope
 */
public record JsonLimits(
        int maxDepth,
        int maxNumberLength,
        int maxStringLength,
        int maxNameLength,
        int maxMembers,
        int maxBatch) {

    static final int DEPTH_CEILING = 1_000;
    static final int NUMBER_CEILING = 10_000;

    /**
     * Depth 100, numbers of 256, strings of 16 Mi, names of 1,024, 1,000,000 members, batches of
     * 100.
     */
    public static final JsonLimits DEFAULTS =
            new JsonLimits(100, 256, 16 * 1024 * 1024, 1_024, 1_000_000, 100);

    public JsonLimits {
        check("maxDepth", maxDepth, 1, DEPTH_CEILING);
        check("maxNumberLength", maxNumberLength, 20, NUMBER_CEILING);
        check("maxStringLength", maxStringLength, 1, Integer.MAX_VALUE - 64);
        check("maxNameLength", maxNameLength, 1, Integer.MAX_VALUE - 64);
        check("maxMembers", maxMembers, 1, Integer.MAX_VALUE - 64);
        check("maxBatch", maxBatch, 1, 100_000);
    }

    /** These limits with another depth. */
    public JsonLimits withMaxDepth(int depth) {
        return new JsonLimits(
                depth, maxNumberLength, maxStringLength, maxNameLength, maxMembers, maxBatch);
    }

    private static void check(String name, int value, int low, int high) {
        if (value < low || value > high) {
            throw new IllegalArgumentException(
                    name + " is " + value + ", allowed: " + low + " to " + high);
        }
    }
}
