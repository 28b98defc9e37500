package io.erlmcp.repository;

/** Not seen, though its member says public. */
class HiddenSample {
    /** Not seen. */
    public void unseen() {}
}
