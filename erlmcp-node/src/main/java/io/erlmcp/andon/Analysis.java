package io.erlmcp.andon;

/**
 * What was learned from a stop.
 *
 * @param cause the root cause
 * @param fix what was done about it
 * @param prevention what keeps it from coming back
 */
public record Analysis(String cause, String fix, String prevention) {
    /** Nothing was written down. */
    public static final Analysis NONE = new Analysis("", "", "");

    public Analysis {
        cause = cause.strip();
        fix = fix.strip();
        prevention = prevention.strip();
    }

    /** The parts that are missing, in words; empty when it is whole. */
    String missing() {
        StringBuilder missing = new StringBuilder();
        add(missing, cause, "cause");
        add(missing, fix, "fix");
        add(missing, prevention, "prevention");
        return missing.toString();
    }

    private static void add(StringBuilder missing, String part, String name) {
        if (part.isEmpty()) {
            missing.append(missing.isEmpty() ? "" : ", ").append(name);
        }
    }
}
