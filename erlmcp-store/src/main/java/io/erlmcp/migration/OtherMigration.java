package io.erlmcp.migration;

/** The notes of a migration do not fit what is asked for: to go on would lose sessions. */
public final class OtherMigration extends Exception {
    private static final long serialVersionUID = 1;

    OtherMigration(String message) {
        super(message);
    }
}
