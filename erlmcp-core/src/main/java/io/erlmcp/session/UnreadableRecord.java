package io.erlmcp.session;

/**
 * One record of a store is not what was written, and will not be: other than a store that does not
 * answer, it says nothing of the other records. To clients it is a store that is not available.
 */
public final class UnreadableRecord extends StoreUnavailable {
    private static final long serialVersionUID = 1;

    public UnreadableRecord() {
        super("it cannot be read");
    }
}
