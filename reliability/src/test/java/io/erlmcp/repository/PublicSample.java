package io.erlmcp.repository;

/** Something to list. */
public class PublicSample {
    int hidden;

    /** Seen. */
    public PublicSample() {}

    /** Seen. */
    public String name(int number) {
        return "sample" + number + hidden;
    }

    /** Seen, because the class can be extended. */
    protected void open() {}

    void unseen() {}
}
