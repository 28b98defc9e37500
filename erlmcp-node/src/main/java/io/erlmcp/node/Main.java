package io.erlmcp.node;

/** The entry of the {@code erlmcp} command. */
public final class Main {
    private Main() {}

    /** Runs the command line. */
    public static void main(String[] args) {
        System.exit(0);
    }
}
